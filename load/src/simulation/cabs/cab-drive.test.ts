import { expect, it } from 'vitest';
import { distanceMetres } from '../great-circle.ts';
import { seededHabits } from '../habits.ts';
import { type CabDrive, type CabWord, stepCab } from './cab-drive.ts';

const HOME = { lat: 37.77, lng: -122.41 };
const PICKUP = { lat: 37.775, lng: -122.412 };
const DROPOFF = { lat: 37.79, lng: -122.42 };

it('OPS-70: a matched cab drives to its rider, waits, takes him where he wants to go, and goes back to its trace', () => {
  let drive: CabDrive = { kind: 'to_pickup', tripId: 't', pickup: PICKUP, dropoff: DROPOFF };
  let at = HOME;
  const words: CabWord[] = [];
  let now = 0;
  for (let step = 0; step < 2000 && drive.kind !== 'cruising'; step += 1) {
    now += 5000;
    const next = stepCab(drive, at, HOME, now, 5000, () => 20_000);
    if (next.place) {
      // The hygiene checks refuse steps faster than 45 m/s.
      expect(distanceMetres(at, next.place)).toBeLessThan(45 * 5);
      at = { lat: next.place.lat, lng: next.place.lng };
    }
    if (next.word) words.push(next.word);
    if (next.word === 'arrived') expect(distanceMetres(at, PICKUP)).toBeLessThan(1);
    if (next.word === 'complete') expect(distanceMetres(at, DROPOFF)).toBeLessThan(1);
    drive = next.drive;
  }
  expect(words).toEqual(['arrived', 'start', 'complete']);
  expect(drive.kind).toBe('cruising');
  expect(distanceMetres(at, HOME)).toBeLessThan(1);
});

it('OPS-71: habits follow from the seed alone, whatever the order, and every one of them happens', () => {
  const ask = (seed: number) => {
    const habits = seededHabits(seed);
    return Array.from({ length: 400 }, (_, n) => habits.onOffer('cab', `offer-${n}`));
  };
  expect(ask(1)).toEqual(ask(1));
  expect(ask(1)).not.toEqual(ask(2));
  expect(seededHabits(1).onOffer('cab', 'offer-7')).toEqual(ask(1)[7]);
  const kinds = Object.groupBy(ask(1), ({ kind }) => kind);
  expect(kinds.accept?.length).toBeGreaterThan(300);
  expect(kinds.decline?.length).toBeGreaterThan(15);
  expect(kinds.miss?.length).toBeGreaterThan(5);
});
