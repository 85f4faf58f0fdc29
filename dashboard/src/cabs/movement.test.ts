import { greatCircleMetres, initialBearing } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { compassPoint, formatSpeed, movementBetween } from './movement.ts';

describe('movement', () => {
  const a = { lat: 37.77, lng: -122.42 };

  it('MAP-4: distance and bearing on the globe', () => {
    expect(greatCircleMetres(a, { lat: 37.78, lng: -122.42 })).toBeCloseTo(1111.95, 1);
    expect(initialBearing(a, { lat: 37.77, lng: -122.41 })).toBeCloseTo(90, 1);
    expect(initialBearing(a, { lat: 37.76, lng: -122.42 })).toBeCloseTo(180, 5);
    expect(compassPoint(359)).toBe('N');
    expect(compassPoint(226)).toBe('SW');
    expect(formatSpeed(10)).toBe('36 km/h');
  });

  it('MAP-4: nothing is derived from noise, from old fixes or from a jump', () => {
    const from = { ...a, at: 0 };
    expect(movementBetween(from, { ...a, lat: 37.77001, at: 10_000 }).heading).toBeNull();
    expect(movementBetween(from, { ...a, lat: 37.78, at: 400_000 })).toEqual({ heading: null, speed: null });
    expect(movementBetween(from, { ...a, lat: 37.9, at: 10_000 })).toEqual({ heading: null, speed: null });
    expect(movementBetween(from, { ...a, lat: 37.9, at: 0 })).toEqual({ heading: null, speed: null });
  });
});
