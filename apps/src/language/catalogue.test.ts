import { describe, expect, it } from 'vitest';
import { english, type TextKey } from './english.ts';
import { formatsOf } from './formats.ts';
import { CATALOGUES, type Language, preferredLanguage, textOf } from './language.ts';

const placesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(Object.keys(CATALOGUES) as Language[])('texts in %s', (language) => {
  const catalogue = CATALOGUES[language];

  it('APP-9: has exactly the keys of the English catalogue, none empty', () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries(catalogue).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('APP-9: has the same places for values in every text', () => {
    const different = (Object.keys(english) as TextKey[]).filter(
      (key) => placesIn(catalogue[key]).join() !== placesIn(english[key]).join(),
    );
    expect(different).toEqual([]);
  });
});

it('APP-9: another language than English is not English text', () => {
  const same = (Object.keys(english) as TextKey[]).filter((key) => CATALOGUES.vi[key] === english[key]);
  expect(same).toEqual(['app.rider', 'tier.xl']);
});

it('APP-9: values are put into their places, and the language of the browser is chosen where the apps have it', () => {
  expect(textOf('en', 'safety.call', { number: '113' })).toBe('Call 113');
  expect(textOf('vi', 'safety.call', { number: '113' })).toBe('Gọi 113');
  expect(preferredLanguage(['de-CH', 'vi-VN', 'en'])).toBe('vi');
  expect(preferredLanguage(['de-CH'])).toBe('en');
});

it('APP-10: amounts count in the minor units of ISO 4217, also where Intl has other digits', () => {
  expect(formatsOf('en').money(1234, 'USD')).toBe('$12.34');
  expect(formatsOf('vi').money(52_000, 'VND').replace(/\s/g, ' ')).toBe('52.000 ₫');
  expect(formatsOf('en').money(150_000, 'LAK')).toContain('1,500');
  expect(formatsOf('en').money(1500, 'KWD')).toContain('1.5');
});

it('APP-10: distances and durations have their unit', () => {
  const { distance, duration } = formatsOf('en');
  expect([distance(44), distance(1234), duration(30), duration(61)]).toEqual([
    '40 m',
    '1.2 km',
    '30 sec',
    '1 min',
  ]);
});
