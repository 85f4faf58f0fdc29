import { expect, it } from 'vitest';
import { cityTime } from './city-time.ts';

it('MAP-5: times are in the time zone of the city', () => {
  const time = cityTime('America/Los_Angeles');
  expect(time.exact(1_212_801_151_000)).toBe('6 Jun 2008 18:12:31 PDT');
});
