import { describe, expect, test } from 'vitest';
import { RiderAges, ShownCar } from './rider-ages.ts';

const NOW = 100_000;
const shownCar = () => {
  const ages = new RiderAges();
  return { ages, car: new ShownCar(ages, (timestamp) => NOW - timestamp) };
};
const at = (ageMs: number, driverId = 'cab-1') => ({ driverId, timestamp: NOW - ageMs });

describe('OPS-98: what a rider is shown first does not count as latency', () => {
  test('the first position of a trip is shown first, the next ones move the car', () => {
    const { ages, car } = shownCar();
    car.onSnapshot({ driver: null, position: null });
    for (const ageMs of [5100, 4, 6]) car.onPosition(at(ageMs));
    expect(ages.first.quantile(1)).toBe(5100);
    expect(ages.moving.quantile(1)).toBe(6);
    expect(ages.movingRecent.quantile(1)).toBe(6);
  });

  test('the position of a snapshot is shown first; the next position moves the car', () => {
    const { ages, car } = shownCar();
    car.onSnapshot({ driver: { id: 'cab-1' }, position: { at: NOW - 5100 } });
    car.onPosition(at(7));
    expect(ages.first.quantile(1)).toBe(5100);
    expect(ages.moving.quantile(1)).toBe(7);
  });

  test('a car is shown first once more for another driver, and after a reset without a position', () => {
    const { ages, car } = shownCar();
    car.onPosition(at(3000));
    car.onPosition(at(5));
    car.onPosition(at(4000, 'cab-2'));
    car.onSnapshot({ driver: null, position: null });
    expect(car.isShown).toBe(false);
    car.onPosition(at(5000, 'cab-2'));
    expect(ages.first.quantile(0.01)).toBeCloseTo(3000, -1);
    expect(ages.first.quantile(1)).toBe(5000);
    expect(ages.moving.quantile(1)).toBe(5);
  });

  test('positions missed while the rider was away keep their age: the rider did wait for them', () => {
    const { ages, car } = shownCar();
    car.onPosition(at(3000));
    car.onPosition(at(9000));
    expect(ages.moving.quantile(1)).toBe(9000);
  });

  test('a clock that runs ahead does not make an age negative', () => {
    const { ages, car } = shownCar();
    car.onPosition(at(-5));
    car.onPosition(at(-5));
    expect(ages.first.quantile(1)).toBe(0);
    expect(ages.moving.quantile(1)).toBe(0);
  });
});
