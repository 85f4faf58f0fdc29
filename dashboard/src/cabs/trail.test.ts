import { describe, expect, it } from 'vitest';
import { pointsOfTrack, since, type TrailPoint, withFix, withHistory } from './trail.ts';

const point = (at: number, lat = 37): TrailPoint => ({ lat, lng: -122, at });

describe('trail', () => {
  it('MAP-8: live fixes and history make one line in order of time, each time once', () => {
    const live = [point(30), point(40, 38)];
    const joined = withHistory(live, [point(10), point(20), point(40, 37)]);
    expect(joined.map(({ at }) => at)).toEqual([10, 20, 30, 40]);
    expect(joined.at(-1)?.lat).toBe(38);
    expect(withFix(joined, point(40))).toBe(joined);
    expect(withFix(joined, point(50)).at(-1)?.at).toBe(50);
    expect(withFix(joined, point(25)).map(({ at }) => at)).toEqual([10, 20, 25, 30, 40]);
  });

  it('MAP-8: the trail is bounded, and only its last part is shown', () => {
    const long = withHistory(
      [],
      Array.from({ length: 6000 }, (_, i) => point(i)),
    );
    expect(long).toHaveLength(5000);
    expect(long[0]?.at).toBe(1000);
    expect(since(long, 5990)).toHaveLength(10);
    expect(since(long, 9999)).toEqual([]);
  });

  it('MAP-8: the history is read from the points of the API; points without a position or time are skipped', () => {
    const feature = (geometry: unknown, time: unknown) => ({
      type: 'Feature',
      geometry,
      properties: { time },
    });
    const at = { type: 'Point', coordinates: [-122.4, 37.7] };
    const features = [
      feature(at, '2008-06-07T01:00:00.000Z'),
      feature(null, '2008-06-07T01:01:00.000Z'),
      feature(at, 'never'),
      feature(at, 1_212_800_460_000),
    ];
    expect(pointsOfTrack({ type: 'FeatureCollection', features })).toEqual([
      { lat: 37.7, lng: -122.4, at: 1_212_800_400_000 },
      { lat: 37.7, lng: -122.4, at: 1_212_800_460_000 },
    ]);
    expect(() => pointsOfTrack({ lines: [] })).toThrow();
  });
});
