import { expect, it } from 'vitest';
import { bestPromotion, carGroups, type Home } from './home.ts';

it('APP-21: free cars near by are shown as counts at the middle of their tile', () => {
  const tile = { tile: '8828308281fffff', lat: 37.77, lng: -122.46, cars: 4 };
  const [group] = carGroups({ total: 6, tiles: [tile], elsewhere: 2, warming: false });
  expect(group).toEqual({
    id: '8828308281fffff-4',
    lat: 37.77,
    lng: -122.46,
    heading: null,
    kind: 'group',
    count: 4,
  });
  expect(carGroups(undefined)).toEqual([]);
});

it('APP-21: of several promotions the one that takes most off is shown', () => {
  const promotion = (code: string, percentOff: number) =>
    ({ code, percentOff, tier: null, from: '', until: '' }) as Home['promotions'][number];
  expect(bestPromotion({ promotions: [promotion('A', 10), promotion('B', 25)] })?.code).toBe('B');
  expect(bestPromotion({ promotions: [] })).toBeNull();
});
