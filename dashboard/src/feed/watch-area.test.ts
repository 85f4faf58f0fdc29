import { describe, expect, it } from 'vitest';
import { nextMode, watchFor } from './watch-area.ts';

describe('watch area', () => {
  const view = { west: -122.5, south: 37.7, east: -122.3, north: 37.9, zoom: 12 };

  it('MAP-12: a fleet of up to 2,000 is watched as a whole, a larger one in the view', () => {
    expect(nextMode('fleet', false, 2000)).toBe('fleet');
    expect(nextMode('fleet', false, 2001)).toBe('view');
    expect(nextMode('fleet', true, 0)).toBe('view');
    expect(nextMode('view', false, 1800)).toBe('view');
    expect(nextMode('view', false, 1599)).toBe('fleet');
    expect(watchFor('fleet', view).bbox).toEqual([-180, -90, 180, 90]);
  });

  it('MAP-12: the view is watched with a margin, also across the antimeridian and at the poles', () => {
    const [west, south, east, north] = watchFor('view', view).bbox;
    expect([west, south, east, north].map((edge) => Number(edge.toFixed(3)))).toEqual([
      -122.55, 37.65, -122.25, 37.95,
    ]);
    const wrapped = watchFor('view', { west: 179, south: 80, east: 181, north: 89.9, zoom: 3 }).bbox;
    expect(wrapped.map((edge) => Number(edge.toFixed(3)))).toEqual([178.5, 77.525, -178.5, 90]);
    expect(watchFor('view', { west: -170, south: -85, east: 170, north: 85, zoom: 0 }).bbox[0]).toBe(-180);
  });
});
