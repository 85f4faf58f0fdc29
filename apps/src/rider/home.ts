import type { RestClient } from '@rideline/sdk/rider';
import type { Point } from '../location/place.ts';
import type { SceneCar } from '../map/scene.ts';

/** What the first screen shows, in one answer. @throws the API's problem; TypeError without a network */
export async function readHome(rest: RestClient, place: Point | null) {
  const query = place === null ? {} : { lat: place.lat, lng: place.lng };
  const { data, error } = await rest.GET('/v1/home', { params: { query } });
  if (data === undefined) throw error;
  return data;
}

/** Open services, promotions, preferences, the open trip and, with a place, cars near by and the expected wait. */
export type Home = Awaited<ReturnType<typeof readHome>>;

/** Free cars near by as groups: riders see counts by tile, no single car. */
export function carGroups(nearby: Home['nearby']): SceneCar[] {
  return (nearby?.tiles ?? []).map(({ tile, lat, lng, cars }) => ({
    // Another count is another marker.
    id: `${tile}-${cars}`,
    lat,
    lng,
    heading: null,
    kind: 'group',
    count: cars,
  }));
}

/** The promotion that takes most off. */
export function bestPromotion({ promotions }: Pick<Home, 'promotions'>): Home['promotions'][number] | null {
  return promotions.toSorted((one, other) => other.percentOff - one.percentOff)[0] ?? null;
}
