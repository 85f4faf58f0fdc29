import { driverSearchAnswerSchema, driverSearchQuerySchema, type NearbyDriver } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo-distance';
import type { FoundDriver, LiveSearch, SearchQuery, SearchResult } from '@rideline/fleet/live-search';
import type { Metrics } from '@rideline/platform/metrics';
import { answerOf } from './dependency.ts';
import { type Route, route } from './route.ts';

/** Decimals of a position that a rider may see of a driver who is not his: about 110 m. */
const RIDER_DECIMALS = 3;
/** No rounded position lies further than this from the true one (half a diagonal of 0.001° is 79 m). */
const RIDER_MARGIN_METRES = 80;

function whole(driver: FoundDriver): NearbyDriver {
  return {
    driverId: driver.driverId,
    lat: driver.lat,
    lng: driver.lng,
    distanceMetres: driver.distanceMetres,
    heading: driver.heading,
    speed: driver.speed,
    at: new Date(driver.at).toISOString(),
    ageMs: driver.ageMs,
  };
}

const rounded = (degrees: number) => Number(degrees.toFixed(RIDER_DECIMALS));

/**
 * What a rider sees: everything is derived from the rounded position, whether the driver is within the radius too. Otherwise asking with
 * many centres and radii would find the true one.
 */
function blurred(found: readonly FoundDriver[], query: SearchQuery): NearbyDriver[] {
  return found
    .map((driver): NearbyDriver => {
      const lat = rounded(driver.lat);
      const lng = rounded(driver.lng);
      const distance = distanceMetres(query.lat, query.lng, lat, lng);
      const at = new Date(driver.at).toISOString();
      return {
        lat,
        lng,
        distanceMetres: distance,
        heading: driver.heading,
        speed: null,
        at,
        ageMs: driver.ageMs,
      };
    })
    .filter((driver) => driver.distanceMetres <= query.radiusMetres)
    .sort((one, other) => one.distanceMetres - other.distanceMetres)
    .slice(0, query.limit);
}

export function driverSearchRoutes(search: LiveSearch, metrics: Metrics): Route[] {
  async function nearest(query: SearchQuery): Promise<SearchResult> {
    const result = await answerOf('The live index', search.nearest(query));
    metrics.search_rounds.observe(result.rounds);
    return result;
  }

  return [
    route({
      method: 'get',
      path: '/v1/drivers/search',
      summary:
        'The drivers of one status nearest to a point, heard of within the freshness window. Riders see them blurred.',
      access: ['operator', 'admin', 'rider'],
      limit: 'critical',
      query: driverSearchQuerySchema,
      answer: driverSearchAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ query, caller }) => {
        const { lat, lng, limit, status } = query;
        const asked: SearchQuery = { lat, lng, limit, status, radiusMetres: query.radius };
        if (caller.role !== 'rider') {
          const { drivers, warming } = await nearest(asked);
          return { drivers: drivers.map(whole), warming };
        }
        const wider = { ...asked, radiusMetres: asked.radiusMetres + RIDER_MARGIN_METRES, limit: limit + 1 };
        const { drivers, warming } = await nearest(wider);
        return { drivers: blurred(drivers, asked), warming };
      },
    }),
  ];
}
