import { CodedError, fareQuerySchema, fareSchema, type Point, type Tier } from '@rideline/contract';
import { estimateFareMinor } from '@rideline/fleet/pricing/fare';
import { bestPromotion } from '@rideline/fleet/pricing/promotions';
import { answerCached } from '../cache/cached-answer.ts';
import { type Route, route } from '../http/route.ts';
import {
  ALL_ROLES,
  type CatalogueParts,
  catalogueOf,
  promotionsOf,
  READ_PROBLEMS,
} from './catalogue-reading.ts';

/** Decimals of a coordinate in the fare cache key: trips within 8 m share an estimate. */
const DECIMALS = 4;
const rounded = ({ lat, lng }: Point): Point => ({
  lat: Number(lat.toFixed(DECIMALS)),
  lng: Number(lng.toFixed(DECIMALS)),
});

/** Equal trips have equal keys, however their coordinates were written. */
export function fareKey(tier: Tier, currency: string, pickup: Point, dropoff: Point): string {
  return [tier, currency, pickup.lat, pickup.lng, dropoff.lat, dropoff.lng].join(':');
}

export function fareRoutes(parts: CatalogueParts): Route[] {
  const { cache, clock } = parts;
  // Its own header tells where the estimate came from.
  const fresh = { setHeader: () => undefined, refusesStale: true } as const;
  return [
    route({
      method: 'get',
      path: '/v1/fares',
      operation: 'estimateFare',
      summary:
        "The estimated fare of a trip in the region's currency, with the best current promotion. A closed tier is CONFLICT.",
      access: ALL_ROLES,
      limit: 'standard',
      cache: 'fares',
      query: fareQuerySchema,
      answer: fareSchema,
      problems: ['NOT_FOUND', 'CONFLICT', ...READ_PROBLEMS],
      handle: async (request) => {
        const { tier, ...places } = request.query;
        const pickup = rounded({ lat: places.pickupLat, lng: places.pickupLng });
        const dropoff = rounded({ lat: places.dropoffLat, lng: places.dropoffLng });
        const { tiers } = await catalogueOf(parts, fresh);
        const service = tiers.find((one) => one.tier === tier);
        if (service === undefined) throw new CodedError('NOT_FOUND');
        if (!service.open) throw new CodedError('CONFLICT', `the tier ${tier} is closed`);
        // Depends only on the key and the tariff, which changes with a deployment: the version is constant.
        const estimateMinor = await answerCached(
          cache,
          'fares',
          fareKey(tier, service.tariff.currency, pickup, dropoff),
          request,
          async () => ({ version: 1, value: estimateFareMinor([pickup, dropoff], service.tariff) }),
        );
        const { promotions } = await promotionsOf(parts, fresh);
        const best = bestPromotion(promotions, tier, clock.wallMs());
        const off = best === undefined ? 0 : Math.round((estimateMinor * best.percentOff) / 100);
        return {
          tier,
          open: service.open,
          currency: service.tariff.currency,
          estimateMinor,
          promotion: best?.code ?? null,
          fareMinor: estimateMinor - off,
        };
      },
    }),
  ];
}
