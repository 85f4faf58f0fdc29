import { NOTIFICATION_KINDS } from '@rideline/contract';
import { expect, it } from 'vitest';
import { isUseful } from './notification-kinds.ts';
import { NOTIFICATION_LOCALES, textOf } from './notification-texts.ts';

it.each(NOTIFICATION_LOCALES)('NOTE-1: every kind has a title and a body in %s', (locale) => {
  for (const kind of NOTIFICATION_KINDS) {
    const { title, body } = textOf(kind, locale);
    expect(title).toMatch(/^\S.{2,40}$/u);
    expect(body).toMatch(/^\S.{5,120}$/u);
  }
});

it('NOTE-1: a locale falls back to its language, an unknown one to English', () => {
  expect(textOf('offer', 'de-AT')).toEqual(textOf('offer', 'de'));
  expect(textOf('offer', 'xx')).toEqual(textOf('offer', 'en'));
  expect(textOf('offer')).toEqual(textOf('offer', 'en'));
  expect(textOf('offer', 'de')).not.toEqual(textOf('offer', 'en'));
});

it('NOTE-1: texts of ends hold for a ride in progress that is cancelled, and for one that ends without its driver', () => {
  // Both events also come when the driver's phone is silent: nobody knows that the rider has arrived, and the ride has taken place.
  expect(textOf('trip_cancelled').body).toBe('This trip has been cancelled.');
  expect(textOf('trip_cancelled', 'de').body).toBe('Diese Fahrt wurde abgebrochen.');
  expect(textOf('trip_completed')).toEqual({ title: 'Trip completed', body: 'Your trip has ended.' });
  expect(textOf('trip_completed', 'de')).toEqual({ title: 'Fahrt beendet', body: 'Ihre Fahrt ist zu Ende.' });
});

it('NOTE-1: an offer is no longer useful once its window is over', () => {
  expect(isUseful('offer', 1000, 16_000)).toBe(true);
  expect(isUseful('offer', 1000, 60_000)).toBe(false);
  expect(isUseful('trip_completed', 1000, 60_000)).toBe(true);
});
