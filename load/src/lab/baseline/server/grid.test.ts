import { greatCircleMetres } from '@rideline/contract';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../simulation/seeded-random.ts';
import { gridCell, gridRows } from './grid.ts';

test('LOAD-37: every point of a circle lies in the rows of the grid that a search reads, at any latitude of a city', () => {
  const random = seededRandom(37);
  const between = (least: number, most: number) => least + (most - least) * random();
  let inside = 0;
  for (let n = 0; n < 20_000; n++) {
    const centre = { lat: between(-75, 75), lng: between(-179, 179) };
    const radiusMetres = between(10, 5000);
    const degrees = radiusMetres / 111_195;
    const stretch = 1 / Math.cos((centre.lat * Math.PI) / 180);
    const point = {
      lat: centre.lat + between(-degrees, degrees),
      lng: centre.lng + between(-degrees, degrees) * stretch,
    };
    if (greatCircleMetres(centre, point) > radiusMetres) continue;
    inside += 1;
    const cell = gridCell(point.lat, point.lng);
    const rows = gridRows(centre.lat, centre.lng, radiusMetres);
    expect(rows.some(([first, last]) => first <= cell && cell <= last)).toBe(true);
  }
  expect(inside).toBeGreaterThan(10_000);
});

test('LOAD-37: a search of some hundred metres reads few rows, and no row around the earth', () => {
  const rows = gridRows(37.77, -122.42, 500);
  expect(rows.length).toBeLessThanOrEqual(3);
  for (const [first, last] of rows) expect(last - first).toBeLessThan(4);
});
