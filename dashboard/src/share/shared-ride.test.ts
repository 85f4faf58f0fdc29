import type { TrackPosition, TrackSubscribed, TripEvent, TripStateName } from '@rideline/contract';
import { expect, test } from 'vitest';
import { etaMinutes, fromSnapshot, hasEnded, positionAgeMs, withEvent, withPosition } from './shared-ride.ts';
import { dateLocale, LANGUAGES, preferredLanguage, TEXTS } from './texts.ts';

const driver = { id: 'driver', name: 'Ada', vehicle: 'Blue Corolla', plate: 'X 1' };
const snapshot = (state: TripStateName) =>
  ({
    version: 4,
    epoch: 1,
    pos: 1,
    missed: [],
    recovered: false,
    snapshot: {
      tripId: 'shared',
      state,
      version: 4,
      driver,
      position: { lat: 1, lng: 2, heading: 3, speed: 4, at: 5, ageMs: 1000 },
      etaSeconds: 150,
    },
  }) as unknown as TrackSubscribed;
const event = (state: TripStateName, version: number) =>
  ({
    tripId: 'shared',
    version,
    type: state,
    state,
    at: 0,
    actor: 'system',
    data: {},
  }) as unknown as TripEvent;
const position = { lat: 7, lng: 8, heading: null, ageMs: 200, etaSeconds: 40 } as TrackPosition;

test('TRACK-36: a position ages on the page from the age with which it arrived', () => {
  const ride = withPosition(fromSnapshot(snapshot('accepted'), 100), position, 500);
  expect(ride).toMatchObject({ position: { lat: 7, lng: 8 }, etaSeconds: 40 });
  expect(ride.position && positionAgeMs(ride.position, 12_500)).toBe(12_200);
});

test('TRACK-36: with the driver go their name and position, at once; a new one is asked for', () => {
  const ride = fromSnapshot(snapshot('accepted'), 0);
  const lost = withEvent(ride, event('searching', 5));
  expect(lost).toMatchObject({ again: true, ride: { state: 'searching', driver: null, position: null } });
  // A position that was on its way is not shown any more.
  expect(withPosition(lost.ride, position, 1).position).toBeNull();
  expect(withEvent(lost.ride, event('accepted', 4))).toEqual({ ride: lost.ride, again: false });
  const started = withEvent(ride, event('in_progress', 5));
  expect(started).toMatchObject({ again: true, ride: { driver, etaSeconds: null } });
  const ended = withEvent(ride, event('completed', 5));
  expect([ended.again, hasEnded(ended.ride), ended.ride.position]).toEqual([false, true, null]);
});

test('TRACK-36: minutes until the arrival are whole, and never none', () => {
  expect([0, 20, 90, 150].map(etaMinutes)).toEqual([1, 1, 2, 3]);
});

test('TRACK-36: every text is there in English and Vietnamese, and no two languages share a sentence', () => {
  const shapeOf = (texts: object): unknown =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        typeof text === 'object' ? shapeOf(text) : typeof text,
      ]),
    );
  expect(shapeOf(TEXTS.vi)).toEqual(shapeOf(TEXTS.en));
  const sentences = LANGUAGES.map((language) => new Set(Object.values(TEXTS[language].state)));
  expect([...(sentences[0] ?? [])].filter((text) => sentences[1]?.has(text))).toEqual([]);
  expect(preferredLanguage(['fr-CA', 'vi-VN', 'en'])).toBe('vi');
  expect([dateLocale('en', ['vi-VN', 'en-GB']), dateLocale('vi', ['en'])]).toEqual(['en-GB', 'vi']);
  expect([preferredLanguage(['VI']), preferredLanguage([]), preferredLanguage(['de'])]).toEqual([
    'vi',
    'en',
    'en',
  ]);
});
