import { expect, it } from 'vitest';
import { distanceMetres, METRES_PER_DEGREE } from './distance.ts';
import { geoPlace } from './geo-place.ts';

it('GEO-11: distances are correct across the antimeridian, over a pole and half around the earth', () => {
  expect(distanceMetres(0, 179.9995, 0, -179.9995)).toBeCloseTo(METRES_PER_DEGREE / 1000, 3);
  expect(distanceMetres(89.9995, 0, 89.9995, 180)).toBeCloseTo(METRES_PER_DEGREE / 1000, 3);
  expect(distanceMetres(0, 0, 0, 180)).toBeCloseTo(180 * METRES_PER_DEGREE, 3);
  expect(distanceMetres(37.7749, -122.4194, 37.7749, -122.4194)).toBe(0);
});

it('GEO-11: GEO holds the positions that GEOSEARCH can find; positions near the poles go to the polar set', () => {
  expect(geoPlace(0, 180)).toEqual({ index: 'geo', lat: 0, lng: -180 });
  expect(geoPlace(85.05, 1)).toEqual({ index: 'geo', lat: 85.05, lng: 1 });
  expect(geoPlace(-85.06, 1)).toEqual({ index: 'polar', lat: -85.06 });
});
