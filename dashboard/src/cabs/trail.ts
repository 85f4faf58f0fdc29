import { z } from 'zod';

/** A past position of a car. `at`: epoch ms on the domain clock. */
export interface TrailPoint {
  readonly lat: number;
  readonly lng: number;
  readonly at: number;
}

/** Maximum number of points; a day at one a minute is 1,440, four hours at one every 4 s are 3,600. */
const MAX_TRAIL_POINTS = 5000;

/** The trail with a fix added, in order of time; a fix with a time that the trail already has changes nothing. */
export function withFix(trail: readonly TrailPoint[], point: TrailPoint): readonly TrailPoint[] {
  const last = trail.at(-1);
  if (last !== undefined && last.at === point.at) return trail;
  if (last === undefined || point.at > last.at) return bounded([...trail, point]);
  return withHistory(trail, [point]);
}

/** The trail joined with the history; of two points with the same time the trail's is kept. */
export function withHistory(
  trail: readonly TrailPoint[],
  history: readonly TrailPoint[],
): readonly TrailPoint[] {
  const byTime = new Map(history.map((point) => [point.at, point]));
  for (const point of trail) byTime.set(point.at, point);
  return bounded([...byTime.values()].sort((a, b) => a.at - b.at));
}

/** The part of the trail since a time. */
export function since(trail: readonly TrailPoint[], fromMs: number): readonly TrailPoint[] {
  const first = trail.findIndex((point) => point.at >= fromMs);
  return first === -1 ? [] : trail.slice(first);
}

function bounded(trail: readonly TrailPoint[]): readonly TrailPoint[] {
  return trail.length > MAX_TRAIL_POINTS ? trail.slice(-MAX_TRAIL_POINTS) : trail;
}

/**
 * The points of `GET /v1/drivers/:id/track?format=geojson`: Point features with `properties.time`, ISO 8601 or epoch ms.
 * Points without a time or a position (a refused fix may have none) are skipped.
 */
export function pointsOfTrack(body: unknown): TrailPoint[] {
  return trackSchema.parse(body).features.flatMap(({ geometry, properties }) => {
    if (geometry === null) return [];
    const [lng, lat] = geometry.coordinates;
    const at = typeof properties.time === 'number' ? properties.time : Date.parse(properties.time);
    return Number.isFinite(at) ? [{ lat, lng, at }] : [];
  });
}

const trackSchema = z.object({
  features: z.array(
    z.object({
      geometry: z.object({ coordinates: z.tuple([z.number(), z.number()], z.number()) }).nullable(),
      properties: z.object({ time: z.union([z.string(), z.number()]) }),
    }),
  ),
});
