import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { metresBetween, type Point } from '../location/place.ts';
import { roadGraph, routeBetween } from './road-graph.ts';
import { SimulatedDrive } from './simulated-drive.ts';

const city = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../dashboard/public/city/sf.geojson'), 'utf8'),
) as Parameters<typeof roadGraph>[0];
const graph = roadGraph(city);
const park = { lat: 37.7716, lng: -122.4685 };
const ferry = { lat: 37.7949, lng: -122.394 };

const lengthOf = (route: readonly Point[]) =>
  route.slice(1).reduce((sum, point, i) => sum + metresBetween(route[i] as Point, point), 0);

it('APP-11: a simulated car takes the roads of the city map, and no detour', () => {
  const route = routeBetween(graph, park, ferry);
  expect(route[0]).toEqual(park);
  expect(route.at(-1)).toEqual(ferry);
  const straight = metresBetween(park, ferry);
  expect(lengthOf(route)).toBeGreaterThanOrEqual(straight);
  expect(lengthOf(route)).toBeLessThan(straight * 1.5);
  // Every point but the ends is a point of the map.
  const known = new Set(graph.nodes.map(({ lat, lng }) => `${lat} ${lng}`));
  expect(route.slice(1, -1).every(({ lat, lng }) => known.has(`${lat} ${lng}`))).toBe(true);
});

it('APP-11: the shortest way is the same in both directions, and equals that of an exhaustive search', () => {
  const square = roadGraph({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { layer: 'artery' },
        geometry: {
          type: 'MultiLineString',
          coordinates: [
            [
              [0, 0],
              [0, 0.01],
              [0.01, 0.01],
            ],
            [
              [0, 0],
              [0.004, 0],
              [0.01, 0.01],
            ],
            // Joined to nothing: never on a route.
            [
              [0.0001, 0.0001],
              [0.0001, 0.0002],
            ],
          ],
        },
      },
    ],
  });
  const there = routeBetween(square, { lat: 0, lng: 0 }, { lat: 0.01, lng: 0.01 });
  expect(there.map(({ lat, lng }) => [lng, lat])).toEqual([
    [0, 0],
    [0, 0],
    [0.004, 0],
    [0.01, 0.01],
    [0.01, 0.01],
  ]);
  expect(lengthOf(routeBetween(graph, ferry, park))).toBeCloseTo(
    lengthOf(routeBetween(graph, park, ferry)),
    3,
  );
});

it('APP-11: it drives at the speed of a taxi, arrives, and stands there', () => {
  const drive = new SimulatedDrive(graph, park);
  expect(drive.advance(10)).toMatchObject({ ...park, speed: 0 });
  drive.goTo(ferry);
  const metres = lengthOf(drive.route);
  let before = drive.at;
  let seconds = 0;
  for (; metresBetween(drive.at, ferry) > 0 && seconds < 3600; seconds++) {
    const place = drive.advance(1);
    expect(metresBetween(before, place)).toBeLessThanOrEqual(11.01);
    before = place;
  }
  expect(seconds).toBe(Math.ceil(metres / 11));
  expect(drive.advance(60)).toMatchObject({ ...ferry, speed: 0 });
  drive.goTo(null);
  expect(drive.route).toEqual([]);
});

it('APP-11: a city without roads has straight ways', () => {
  const empty = roadGraph({ type: 'FeatureCollection', features: [] });
  expect(routeBetween(empty, park, ferry)).toEqual([park, ferry]);
});
