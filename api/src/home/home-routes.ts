import { type Home, homeQuerySchema, homeSchema, type RiderId } from '@rideline/contract';
import { tileOf } from '@rideline/fleet/geo/tile';
import { readPreferences } from '@rideline/fleet/settings/preferences';
import { presentedOrNull } from '@rideline/fleet/store/presented';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { viewOf } from '@rideline/fleet/trips/trip-views';
import { answerCached } from '../cache/cached-answer.ts';
import type { LastAnswers } from '../cache/last-answers.ts';
import {
  type CatalogueParts,
  catalogueOf,
  promotionsOf,
  READ_PROBLEMS,
} from '../catalogue/catalogue-reading.ts';
import { type Route, route } from '../http/route.ts';
import { expectedWait } from './expected-wait.ts';
import { carsAround, type NearbyParts } from './nearby-cars.ts';

export interface HomeParts extends CatalogueParts, NearbyParts {
  readonly tripStore: TripStore;
  readonly lastAnswers: LastAnswers;
}

const PATH = '/v1/home';

type Headers = ReadonlyMap<string, string>;

/** How far a part of the answer is from the cache: by the words of its `Cache-Status`. */
const WORSE = ['fwd=miss', 'fwd=bypass', 'stale'] as const;
const rankOf = (headers: Headers) =>
  WORSE.findLastIndex((word) => headers.get('Cache-Status')?.includes(word));

/** Collects the headers of the cached parts of one answer; the answer has those of the part that is furthest from the cache. */
function partHeaders() {
  const parts: Headers[] = [];
  return {
    next() {
      const headers = new Map<string, string>();
      parts.push(headers);
      return { setHeader: (name: string, value: string) => void headers.set(name, value) };
    },
    worst: (): Headers =>
      parts.reduce((one, other) => (rankOf(other) > rankOf(one) ? other : one), parts[0] ?? new Map()),
  };
}

/** What a rider's app shows first: one answer instead of five. Everything in it comes from a cache or from one indexed read. */
export function homeRoutes(parts: HomeParts): Route[] {
  const { mongo, db, cache, region, clock, tripStore, lastAnswers } = parts;
  return [
    route({
      method: 'get',
      path: PATH,
      operation: 'getHome',
      summary:
        "What a rider's app shows first: open tiers, current promotions, preferences, the open trip and, with a place, cars near by as counts and the expected wait.",
      access: ['rider'],
      limit: 'critical',
      query: homeQuerySchema,
      answer: homeSchema,
      problems: READ_PROBLEMS,
      handle: (request) => {
        const { caller, query, onUnpresentable } = request;
        const { lat, lng } = query;
        const place = lat === undefined || lng === undefined ? null : { lat, lng };
        const headers = partHeaders();
        // Copies are kept by tile: who walks down the street finds the last one.
        const asked = { ...request, query: place && tileOf(place, 'neighbourhood') };
        return lastAnswers.answer(PATH, asked, async (): Promise<Home> => {
          const { userId } = caller;
          const riderId = String(userId) as RiderId;
          const [catalogue, promotions, preferences, trip, cars] = await Promise.all([
            catalogueOf(parts, headers.next()),
            promotionsOf(parts, headers.next()),
            answerCached(cache, 'preferences', userId, headers.next(), async () => {
              const value = await mongo.read(() => readPreferences(db, region, userId));
              return { version: value.version, value };
            }),
            mongo.read(() => tripStore.trips.openTripOfRider(riderId)),
            place === null ? null : carsAround(parts, place, headers.next()),
          ]);
          for (const [name, value] of headers.worst()) request.setHeader(name, value);
          const nowMs = clock.wallMs();
          return {
            tiers: catalogue.tiers.filter(({ open }) => open).map(({ tier, tariff }) => ({ tier, tariff })),
            promotions: promotions.promotions.filter(
              ({ from, until }) => Date.parse(from) <= nowMs && nowMs < Date.parse(until),
            ),
            preferences,
            openTrip: trip && presentedOrNull(trip, (one) => viewOf(one, false), onUnpresentable),
            ...(place === null || cars === null
              ? {}
              : { nearby: cars.nearby, wait: expectedWait(place, cars) }),
          };
        });
      },
    }),
  ];
}
