import { z } from 'zod';

/** Kind of route engine: OSRM's `table` service, or Valhalla's `sources_to_targets`. */
export type EtaKind = 'osrm' | 'valhalla';

export interface EtaPlace {
  readonly lat: number;
  readonly lng: number;
}

export interface TableRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly body?: string;
}

/** Most sources of one request: OSRM's default limit of a table is 100 places. */
export const TABLE_SOURCES = 90;
/** Decimals of a coordinate, 10 cm: both engines snap to a road anyway. */
const DIGITS = 6;

/** The request for the times from several places to one. `base` may have a path. */
export function tableRequest(
  kind: EtaKind,
  base: string,
  from: readonly EtaPlace[],
  to: EtaPlace,
): TableRequest {
  const root = base.endsWith('/') ? base : `${base}/`;
  if (kind === 'osrm') {
    const places = [...from, to].map(({ lat, lng }) => `${lng.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`);
    const url = new URL(`table/v1/driving/${places.join(';')}`, root);
    url.search = `sources=${from.map((_, index) => index).join(';')}&destinations=${from.length}&annotations=duration`;
    return { url, method: 'GET' };
  }
  const place = ({ lat, lng }: EtaPlace) => ({ lat, lon: lng });
  const body = JSON.stringify({ sources: from.map(place), targets: [place(to)], costing: 'auto' });
  return { url: new URL('sources_to_targets', root), method: 'POST', body };
}

const seconds = z.number().nonnegative().nullable();
const osrmSchema = z.object({ code: z.literal('Ok'), durations: z.array(z.tuple([seconds])) });
const valhallaSchema = z.object({
  sources_to_targets: z.array(z.tuple([z.object({ time: seconds })])),
});

/**
 * Seconds from each source, null when there is no route.
 * @throws ZodError or RangeError when the response has another form
 */
export function parseTable(kind: EtaKind, answer: unknown, sources: number): (number | null)[] {
  const times =
    kind === 'osrm'
      ? osrmSchema.parse(answer).durations.map(([duration]) => duration)
      : valhallaSchema.parse(answer).sources_to_targets.map(([{ time }]) => time);
  if (times.length !== sources) throw new RangeError(`${times.length} times for ${sources} places`);
  return times;
}
