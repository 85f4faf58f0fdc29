import { bootIdSchema, driverIdSchema, FIX_FLAGS } from '@rideline/contract';
import { expect, it } from 'vitest';
import { TRACK_FORMATS, type TrackFormat } from './track-export.ts';
import type { TrackFix } from './track-window.ts';

const COORDINATES = [0, 1e-7, -1e-7, 5e-7, 0.1, 89.9999999, 90, -90, 179.9999999, 180, -180, -0.0000001];

const fixes: TrackFix[] = COORDINATES.map((lng, index) => ({
  boot: bootIdSchema.parse(['-2-3', '1e5', '00042', 'boot-1'][index % 4]),
  seq: index,
  t: 1_772_366_400_000 + index,
  lat: Math.max(-90, Math.min(90, lng)),
  lng,
  speed: index === 1 ? 1e-7 : 12.5,
  heading: index === 2 ? 360 : 359.99,
  accuracy: null,
  flags: 0,
  verdict: 'ok',
  receivedAt: 1_772_366_400_000,
}));
const refused: TrackFix = { ...(fixes[0] as TrackFix), lat: null, lng: null, verdict: 'range' };

const written = (format: TrackFormat) =>
  [...TRACK_FORMATS[format].write(driverIdSchema.parse('cab-1'), [...fixes, refused])].join('');

it('HIST-22: a track as GPX is valid for its schema at all coordinates', () => {
  const text = written('gpx');
  const points = [...text.matchAll(/<trkpt lat="([^"]*)" lon="([^"]*)">/g)];
  expect(points).toHaveLength(fixes.length);
  for (const [index, [, lat = '', lng = '']] of points.entries()) {
    // xsd:decimal; latitudeType −90 to 90, longitudeType −180 to before 180.
    for (const number of [lat, lng]) expect(number).toMatch(/^-?\d+(\.\d+)?$/);
    expect(Math.abs(Number(lat))).toBeLessThanOrEqual(90);
    expect(Number(lng)).toBeGreaterThanOrEqual(-180);
    expect(Number(lng)).toBeLessThan(180);
    expect(Number(lng)).toBe(fixes[index]?.lng === 180 ? -180 : fixes[index]?.lng);
  }
  for (const [, number = ''] of text.matchAll(/<tpx:(?:speed|course)>([^<]*)</g))
    expect(number).toMatch(/^\d+(\.\d+)?$/);
  for (const [, course = ''] of text.matchAll(/<tpx:course>([^<]*)</g))
    expect(Number(course)).toBeLessThan(360);
});

it('HIST-22: a track as GeoJSON has every position or none, within WGS 84', () => {
  const { features } = JSON.parse(written('geojson')) as {
    features: { geometry: { coordinates: number[] } | null }[];
  };
  expect(features.map(({ geometry }) => geometry?.coordinates ?? null)).toEqual([
    ...fixes.map(({ lat, lng }) => [lng, lat]),
    null,
  ]);
});

it('HIST-22: a track as CSV has its boots as text and its numbers without exponents', () => {
  const [head, ...lines] = written('csv').split('\r\n');
  expect(head).toBe('boot,seq,time,lat,lng,speed,heading,accuracy,flags,verdict,received_at');
  expect(lines.pop()).toBe('');
  expect(lines.slice(0, 4).map((line) => line.split(',')[0])).toEqual(["'-2-3", "'1e5", "'00042", 'boot-1']);
  for (const line of lines) expect(line.split(',').slice(3, 7).join()).not.toContain('e');
  expect(lines.map((line) => Number(line.split(',')[4]))).toEqual([...COORDINATES, 0]);
});

it('FIX-30: a track as GeoJSON names the flags of its fixes', () => {
  const flagged = { ...(fixes[0] as TrackFix), flags: FIX_FLAGS.still | FIX_FLAGS.rollover };
  const text = [...TRACK_FORMATS.geojson.write(driverIdSchema.parse('cab-1'), [flagged])].join('');
  expect(JSON.parse(text).features[0].properties.flags).toEqual(['still', 'rollover']);
});
