import { expect, it } from 'vitest';
import { PlaceNames } from './place-names.ts';

it('APP-12: a point is named by a place nearby, else by its neighbourhood, else by its coordinates', () => {
  const ferry = { name: 'Ferry Building', lat: 37.7949, lng: -122.394 };
  const names = new PlaceNames([ferry], {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { layer: 'place', name: 'Mission' },
        geometry: { type: 'Point', coordinates: [-122.416, 37.7593] },
      },
    ],
  });
  expect(names.nameOf({ lat: 37.795, lng: -122.3941 })).toBe('Ferry Building');
  expect(names.nameOf({ lat: 37.7605, lng: -122.41 })).toBe('Mission');
  expect(new PlaceNames([], null).nameOf({ lat: 1, lng: 2.5 })).toBe('1.0000, 2.5000');
});
