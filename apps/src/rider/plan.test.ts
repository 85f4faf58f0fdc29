import { expect, it } from 'vitest';
import { confirmPoint, NEW_PLAN, stepBack } from './plan.ts';

const [home, work] = [
  { lat: 37.77, lng: -122.46 },
  { lat: 37.79, lng: -122.39 },
];

it('APP-7: a ride is planned in three steps, and each can be taken back', () => {
  const toDropoff = confirmPoint(NEW_PLAN, home);
  expect(toDropoff).toEqual({ step: 'dropoff', pickup: home, dropoff: null });
  const toFare = confirmPoint(toDropoff, work);
  expect(toFare).toEqual({ step: 'fare', pickup: home, dropoff: work });
  expect(stepBack(toFare)).toEqual({ step: 'dropoff', pickup: home, dropoff: work });
  expect(stepBack(toDropoff)).toEqual({ step: 'pickup', pickup: home });
  expect(stepBack(NEW_PLAN)).toBe(NEW_PLAN);
});

it('APP-7: a destination at the pick-up is not taken', () => {
  const plan = confirmPoint(NEW_PLAN, home);
  expect(confirmPoint(plan, { ...home, lat: home.lat + 0.0001 })).toBe(plan);
});
