import { greatCircleMetres } from '@rideline/contract';
import { expect, it } from 'vitest';
import { seededHabits } from '../habits.ts';
import { type CabCommand, type CabDrive, stepCab } from './cab-drive.ts';

const HOME = { lat: 37.77, lng: -122.41 };
const PICKUP = { lat: 37.775, lng: -122.412 };
const DROPOFF = { lat: 37.79, lng: -122.42 };

it('OPS-70: a matched cab drives to its rider, waits, takes the rider to the drop-off, and returns to its trace', () => {
  let drive: CabDrive = { kind: 'to_pickup', tripId: 't', pickup: PICKUP, dropoff: DROPOFF };
  let at = HOME;
  const commands: CabCommand[] = [];
  let now = 0;
  for (let step = 0; step < 2000 && drive.kind !== 'cruising'; step += 1) {
    now += 5000;
    const next = stepCab(drive, at, HOME, now, 5000, () => 20_000);
    if (next.place) {
      // The hygiene checks refuse steps faster than 45 m/s.
      expect(greatCircleMetres(at, next.place)).toBeLessThan(45 * 5);
      at = { lat: next.place.lat, lng: next.place.lng };
    }
    if (next.command) commands.push(next.command);
    if (next.command === 'arrived') expect(greatCircleMetres(at, PICKUP)).toBeLessThan(1);
    if (next.command === 'complete') expect(greatCircleMetres(at, DROPOFF)).toBeLessThan(1);
    drive = next.drive;
  }
  expect(commands).toEqual(['arrived', 'start', 'complete']);
  expect(drive.kind).toBe('cruising');
  expect(greatCircleMetres(at, HOME)).toBeLessThan(1);
});

it('OPS-71: habits follow from the seed, the driver and the number of the offer, in whatever order they are asked for, and all of them occur', () => {
  const answers = (seed: number) => {
    const habits = seededHabits(seed);
    return Array.from({ length: 400 }, (_, n) => habits.onOffer('cab', n));
  };
  expect(answers(1)).toEqual(answers(1));
  expect(answers(1)).not.toEqual(answers(2));
  expect(seededHabits(1).onOffer('cab', 7)).toEqual(answers(1)[7]);
  const kinds = Object.groupBy(answers(1), ({ kind }) => kind);
  expect(kinds.accept?.length).toBeGreaterThan(300);
  expect(kinds.decline?.length).toBeGreaterThan(15);
  expect(kinds.miss?.length).toBeGreaterThan(5);
  for (const habit of kinds.accept ?? []) expect(habit).toMatchObject({ afterMs: expect.any(Number) });
  const cancels = (seed: number) =>
    Array.from({ length: 1000 }, (_, n) => seededHabits(seed).riderCancelsAfter(`rider-${n}`));
  expect(cancels(1)).toEqual(cancels(1));
  expect(cancels(1)).not.toEqual(cancels(2));
  expect(cancels(1).filter((afterMs) => afterMs !== null).length).toBeGreaterThan(10);
});
