import { expect, test } from 'vitest';
import { expectedWait } from './expected-wait.ts';
import { countedByTile } from './nearby-cars.ts';

const HERE = { lat: 37.7749, lng: -122.4194 };
/** About 450 m east, and far enough for another tile. */
const NEAR = [37.7749, -122.4143] as const;
const at = (lat: number, lng: number) => ({ lat, lng });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test('ADM-91: a tile with fewer than three cars is not listed, its cars are counted; no id and no single place is in it', () => {
  const far = at(37.8, -122.47);
  const found = countedByTile([...times(4, HERE), ...times(2, far)]);
  expect(found).toMatchObject({ total: 6, elsewhere: 2 });
  expect(found.tiles).toHaveLength(1);
  const [tile] = found.tiles;
  expect(tile).toMatchObject({ cars: 4, tile: expect.stringMatching(/^88[0-9a-f]{13}$/) });
  // The centre of the tile, not of the cars.
  expect([tile?.lat, tile?.lng]).not.toEqual([HERE.lat, HERE.lng]);
  expect(Object.keys(tile ?? {}).sort()).toEqual(['cars', 'lat', 'lng', 'tile']);
  expect(countedByTile([])).toEqual({ total: 0, tiles: [], elsewhere: 0 });
  expect(countedByTile([HERE, HERE])).toEqual({ total: 2, tiles: [], elsewhere: 2 });
});

test('ADM-92: without recent assignments the nearest car decides, without a car in reach the assignments', () => {
  const near = expectedWait(HERE, { places: [NEAR, [37.9, -122.4]], waits: [] });
  expect(near.assignments).toBe(0);
  expect(near.seconds).toBeGreaterThan(60);
  expect(near.seconds).toBeLessThan(150);
  expect(expectedWait(HERE, { places: [], waits: [] })).toEqual({ seconds: null, assignments: 0 });
  expect(expectedWait(HERE, { places: [[38.5, -122.4]], waits: [] }).seconds).toBeNull();
  expect(expectedWait(HERE, { places: [], waits: [100, 900, 200] })).toEqual({
    seconds: 200,
    assignments: 3,
  });
  expect(expectedWait(HERE, { places: [], waits: [100, 300] }).seconds).toBe(200);
});

test('ADM-92: the more assignments, the nearer the wait is to theirs; one outlier does not move it', () => {
  const alone = expectedWait(HERE, { places: [NEAR], waits: [] }).seconds ?? 0;
  const waits = (count: number) =>
    expectedWait(HERE, { places: [NEAR], waits: times(count, 600) }).seconds ?? 0;
  expect(waits(1)).toBeGreaterThan(alone);
  expect(Math.abs(waits(3) - (600 + alone) / 2)).toBeLessThanOrEqual(10);
  expect([alone, waits(1), waits(3)].map((seconds) => seconds % 10)).toEqual([0, 0, 0]);
  expect(waits(50)).toBeGreaterThan(560);
  const outlier = expectedWait(HERE, { places: [NEAR], waits: [...times(20, 120), 3600] }).seconds ?? 0;
  expect(outlier).toBeLessThan(130);
});
