import { greatCircleMetres } from '@rideline/contract';
import { expect, it } from 'vitest';
import { Car } from './car.ts';
import { City } from './city.ts';
import { seededRandom } from './random.ts';

/** The server refuses a jump that is faster. */
const IMPLAUSIBLE = 45;
const STEP_MS = 250;

it('LOAD-5: a car never jumps, never stands on one place, and comes to where it is sent', () => {
  const city = new City({ centre: { lat: 37.76, lng: -122.43 }, seed: 'test', first: 0, drivers: 50 });
  const random = seededRandom('drive');
  const car = new Car(city.home(3));
  let now = 5000;
  let before = car.at(now);
  const step = () => {
    now += STEP_MS;
    const place = car.at(now);
    const metres = greatCircleMetres(before, place);
    expect(metres).toBeGreaterThan(0);
    expect(metres / (STEP_MS / 1000)).toBeLessThan(IMPLAUSIBLE);
    expect(place.heading).toBeGreaterThanOrEqual(0);
    expect(place.heading).toBeLessThan(360);
    before = place;
  };
  for (let drive = 0; drive < 20; drive++) {
    for (let waiting = 0; waiting < 5; waiting++) step();
    const door = city.door(random);
    const thereMs = car.driveTo(door, now);
    if (drive % 3 === 0) {
      step();
      car.stop(now);
      continue;
    }
    expect(greatCircleMetres(car.at(thereMs - 1), door)).toBeLessThan(1);
    while (now < thereMs) step();
    expect(greatCircleMetres(car.at(now), door)).toBeLessThan(20);
  }
});

it('LOAD-5: homes are the same for the same seed, and doors are near one of them', () => {
  const options = { centre: { lat: -33.9, lng: 151.2 }, first: 100, drivers: 20 };
  const city = new City({ ...options, seed: 'a' });
  expect(new City({ ...options, seed: 'a' }).home(7)).toEqual(city.home(7));
  expect(new City({ ...options, seed: 'b' }).home(7)).not.toEqual(city.home(7));
  const homes = Array.from({ length: 20 }, (_, number) => city.home(100 + number));
  const random = seededRandom('doors');
  for (let number = 0; number < 50; number++) {
    const door = city.door(random);
    expect(Math.min(...homes.map((home) => greatCircleMetres(home, door)))).toBeLessThan(155);
  }
});
