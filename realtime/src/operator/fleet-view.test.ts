import type { Bbox, DriverId, DriverStatusValue } from '@rideline/contract';
import { manualClock } from '@rideline/platform/process/clock';
import { describe, expect, test } from 'vitest';
import { FleetMap } from './fleet-map.ts';
import { FleetView, isInside } from './fleet-view.ts';

const CITY: Bbox = [-123, 37, -122, 38];
const FRESH_MS = 60_000;

function place(
  map: FleetMap,
  name: string,
  lat: number,
  lng: number,
  options: { t?: number; status?: DriverStatusValue } = {},
) {
  const { t = 1_000_000, status = 'available' } = options;
  map.seed(
    name as DriverId,
    { bootIndex: 1, seq: t, t, lat, lng, heading: null, speed: null, receivedAt: t },
    status,
  );
}

function newView(clock = manualClock(1_000_000)) {
  const map = new FleetMap(clock, FRESH_MS);
  const view = new FleetView(map);
  const frame = () => view.frame(map.takeChanges(), clock.wallMs());
  return { clock, map, view, frame };
}

test('TRACK-12: no frame before a bounding box is watched, then a full frame, then only changes', () => {
  const { clock, map, view, frame } = newView();
  place(map, 'in', 37.5, -122.5);
  place(map, 'out', 10, 10);
  expect(frame()).toBeNull();
  view.watch({ bbox: CITY, zoom: 12 });
  expect(frame()).toMatchObject({
    full: true,
    vehicles: [['in', 37.5, -122.5, null, null, 'available', 1_000_000]],
  });
  place(map, 'in', 37.6, -122.5, { t: 1_000_001 });
  clock.advance(200);
  const delta = frame();
  expect([delta?.full, delta?.vehicles.map(([name, lat]) => [name, lat]), delta?.removed]).toEqual([
    false,
    [['in', 37.6]],
    [],
  ]);
  clock.advance(200);
  expect(frame()).toBeNull();
  place(map, 'in', 39, -122.5, { t: 1_000_002 });
  expect(frame()).toEqual({ full: false, vehicles: [], removed: ['in'] });
  clock.advance(1000);
  expect(frame()).toEqual({ full: false, vehicles: [], removed: [] });
});

describe('TRACK-12: a bounding box', () => {
  test.each([
    [[170, -20, -170, 20], 0, 175, true],
    [[170, -20, -170, 20], 0, -175, true],
    [[170, -20, -170, 20], 0, 0, false],
    [[-10, -20, 10, 20], 0, 0, true],
    [[-10, -20, 10, 20], 21, 0, false],
  ] as const)('%j contains %d, %d: %s', (bbox, lat, lng, inside) => {
    expect(isInside([...bbox], { lat, lng })).toBe(inside);
  });
});

test('TRACK-13: above 2,000 vehicles in view, counts per cell are sent once a second; at 1,800 vehicles are sent again', () => {
  const { clock, map, view, frame } = newView();
  for (let n = 0; n < 2500; n++)
    place(map, `d${n}`, 37.2 + (n % 50) / 100, -122.8 + Math.floor(n / 50) / 100);
  view.watch({ bbox: CITY, zoom: 10 });
  const first = frame();
  expect(first).toMatchObject({ full: true, vehicles: [], removed: [] });
  expect(first?.cells?.reduce((sum, [, count]) => sum + count, 0)).toBe(2500);
  for (const [, , lat, lng] of first?.cells ?? [])
    expect(isInside([-123.1, 36.9, -121.9, 38.1], { lat, lng })).toBe(true);
  clock.advance(200);
  place(map, 'd0', 37.3, -122.7, { t: 1_000_001 });
  expect(frame()).toBeNull();
  clock.advance(800);
  expect(frame()?.cells).toBeDefined();
  for (let n = 0; n < 600; n++) place(map, `d${n}`, 10, 10, { t: 1_000_002 });
  clock.advance(200);
  expect(frame()).toBeNull();
  for (let n = 600; n < 800; n++) place(map, `d${n}`, 10, 10, { t: 1_000_003 });
  const back = frame();
  expect(back).toMatchObject({ full: true, removed: [] });
  expect(back?.cells).toBeUndefined();
  expect(back?.vehicles).toHaveLength(1700);
});

test('TRACK-11: counts follow states; a late record moves no driver back; silent drivers turn offline and are removed', () => {
  const { clock, map } = newView();
  place(map, 'a', 37.5, -122.5);
  place(map, 'b', 37.5, -122.5, { status: 'busy' });
  expect(map.counts).toEqual({ available: 1, busy: 1, offline: 0 });
  place(map, 'a', 30, -120, { t: 999_000 });
  expect([...map.vehicles].find(({ driverId }) => driverId === 'a')?.lat).toBe(37.5);
  clock.advance(FRESH_MS + 1);
  map.age();
  expect(map.counts).toEqual({ available: 0, busy: 0, offline: 2 });
  clock.advance(300_000);
  map.takeChanges();
  map.age();
  expect(map.size).toBe(0);
  expect(map.counts).toEqual({ available: 0, busy: 0, offline: 0 });
  expect([...map.takeChanges().gone]).toEqual(['a', 'b']);
});
