import { describe, expect, it } from 'vitest';
import {
  bearingDegrees,
  compassPoint,
  distanceMetres,
  formatSpeed,
  movementBetween,
} from '../cabs/movement.ts';
import { nextMode, watchFor } from '../feed/watch-area.ts';
import { mercatorLat, mercatorLng, mercatorX, mercatorY } from '../map/mercator.ts';
import { sparkline, withSample } from '../strip/recent-rates.ts';
import { cityTime } from '../time/city-time.ts';
import { readAddress, writeAddress } from './address.ts';
import { commandFor, type KeyPress } from './keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  inText: false,
  onMap: false,
  ...more,
});

describe('address', () => {
  it('MAP-11: a link opens the same view, cab and follow', () => {
    const address = {
      view: { zoom: 12.5, lat: 37.77493, lng: -122.41942 },
      cab: 'abboip',
      trip: null,
      document: null,
      follow: true,
    };
    expect(writeAddress(address)).toBe('#map=12.50/37.77493/-122.41942&cab=abboip&follow');
    expect(readAddress(writeAddress(address))).toEqual(address);
    expect(writeAddress({ view: null, cab: null, trip: null, document: null, follow: true })).toBe('');
  });

  it('MAP-11: a link opens the same trip; of a cab and a trip the cab is chosen', () => {
    const address = { view: null, cab: null, trip: '0198-t', document: null, follow: false };
    expect(writeAddress(address)).toBe('#trip=0198-t');
    expect(readAddress('#trip=0198-t')).toEqual(address);
    expect(readAddress('#cab=a&trip=b')).toMatchObject({ cab: 'a', trip: null });
    const paper = { view: null, cab: null, trip: null, document: '0199-d', follow: false };
    expect(readAddress(writeAddress(paper))).toEqual(paper);
    expect(readAddress('#trip=b&document=d')).toMatchObject({ trip: 'b', document: null });
  });

  it('MAP-11: what does not belong in a link is left out', () => {
    const none = { view: null, cab: null, trip: null, document: null, follow: false };
    for (const hash of [
      '',
      '#',
      '#map=a/b/c',
      '#map=12/91/0',
      '#map=12/1',
      '#cab=../x&follow',
      '#follow',
      '#cab=',
    ]) {
      expect(readAddress(hash)).toEqual(none);
    }
  });
});

describe('keys', () => {
  it('MAP-10: letters are commands outside of text; Escape and the arrows always', () => {
    expect(['/', 'f', '?', 'Escape', 'ArrowDown', 'ArrowUp'].map((key) => commandFor(press(key)))).toEqual([
      'search',
      'follow',
      'help',
      'close',
      'next',
      'previous',
    ]);
    expect(['/', 'f', '?', 'Home'].map((key) => commandFor(press(key, { inText: true })))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(commandFor(press('Escape', { inText: true }))).toBe('close');
    expect(commandFor(press('ArrowDown', { inText: true }))).toBe('next');
  });

  it('MAP-10: the browser’s own shortcuts and the map’s arrows are left alone', () => {
    expect(commandFor(press('f', { ctrlKey: true }))).toBeNull();
    expect(commandFor(press('ArrowUp', { onMap: true }))).toBeNull();
    expect(commandFor(press('x'))).toBeNull();
  });
});

describe('watch area', () => {
  const view = { west: -122.5, south: 37.7, east: -122.3, north: 37.9, zoom: 12 };

  it('MAP-12: a fleet of up to 2,000 is watched whole, a larger one in the view', () => {
    expect(nextMode('fleet', false, 2000)).toBe('fleet');
    expect(nextMode('fleet', false, 2001)).toBe('view');
    expect(nextMode('fleet', true, 0)).toBe('view');
    expect(nextMode('view', false, 1800)).toBe('view');
    expect(nextMode('view', false, 1599)).toBe('fleet');
    expect(watchFor('fleet', view).bbox).toEqual([-180, -90, 180, 90]);
  });

  it('MAP-12: the view is watched with a margin, also over the antimeridian and at the poles', () => {
    const [west, south, east, north] = watchFor('view', view).bbox;
    expect([west, south, east, north].map((edge) => Number(edge.toFixed(3)))).toEqual([
      -122.55, 37.65, -122.25, 37.95,
    ]);
    const wrapped = watchFor('view', { west: 179, south: 80, east: 181, north: 89.9, zoom: 3 }).bbox;
    expect(wrapped.map((edge) => Number(edge.toFixed(3)))).toEqual([178.5, 77.525, -178.5, 90]);
    expect(watchFor('view', { west: -170, south: -85, east: 170, north: 85, zoom: 0 }).bbox[0]).toBe(-180);
  });
});

describe('movement', () => {
  const a = { lat: 37.77, lng: -122.42 };

  it('MAP-4: distance and bearing on the globe', () => {
    expect(distanceMetres(a, { lat: 37.78, lng: -122.42 })).toBeCloseTo(1111.95, 1);
    expect(bearingDegrees(a, { lat: 37.77, lng: -122.41 })).toBeCloseTo(90, 1);
    expect(bearingDegrees(a, { lat: 37.76, lng: -122.42 })).toBeCloseTo(180, 5);
    expect(compassPoint(359)).toBe('N');
    expect(compassPoint(226)).toBe('SW');
    expect(formatSpeed(10)).toBe('36 km/h');
  });

  it('MAP-4: nothing is told from noise, from long ago or from a jump', () => {
    const from = { ...a, at: 0 };
    expect(movementBetween(from, { ...a, lat: 37.77001, at: 10_000 }).heading).toBeNull();
    expect(movementBetween(from, { ...a, lat: 37.78, at: 400_000 })).toEqual({ heading: null, speed: null });
    expect(movementBetween(from, { ...a, lat: 37.9, at: 10_000 })).toEqual({ heading: null, speed: null });
    expect(movementBetween(from, { ...a, lat: 37.9, at: 0 })).toEqual({ heading: null, speed: null });
  });
});

it('MAP-3: the map projection turns round, and poles stay on it', () => {
  expect(mercatorX(0)).toBe(0.5);
  expect(mercatorY(0)).toBeCloseTo(0.5, 15);
  expect(mercatorLng(mercatorX(-122.42))).toBeCloseTo(-122.42, 9);
  expect(mercatorLat(mercatorY(37.77))).toBeCloseTo(37.77, 9);
  expect(mercatorY(90)).toBeGreaterThanOrEqual(-1e-6);
});

it('MAP-5: times are those of the city’s clocks', () => {
  const time = cityTime('America/Los_Angeles');
  expect(time.exact(1_212_801_151_000)).toBe('6 Jun 2008 18:12:31 PDT');
});

it('MAP-1: the sparkline keeps a minute, its newest sample at the right edge', () => {
  const samples = Array.from({ length: 70 }, (_, i) => i).reduce<readonly number[]>(withSample, []);
  expect(samples).toHaveLength(60);
  expect(sparkline([0, 10], 59, 10)).toBe('M58.0 10.0L59.0 0.0');
  expect(sparkline([], 59, 10)).toBe('');
});
