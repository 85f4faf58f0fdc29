import { expect, it } from 'vitest';
import { mercatorLat, mercatorLng, mercatorX, mercatorY } from './mercator.ts';

it('MAP-3: the map projection is invertible, and the poles stay on it', () => {
  expect(mercatorX(0)).toBe(0.5);
  expect(mercatorY(0)).toBeCloseTo(0.5, 15);
  expect(mercatorLng(mercatorX(-122.42))).toBeCloseTo(-122.42, 9);
  expect(mercatorLat(mercatorY(37.77))).toBeCloseTo(37.77, 9);
  expect(mercatorY(90)).toBeGreaterThanOrEqual(-1e-6);
});
