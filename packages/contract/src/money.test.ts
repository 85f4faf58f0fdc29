import { expect, it } from 'vitest';
import { isCurrency, minorDigits } from './money.ts';

it('ADM-65: the digits of a minor unit are those of ISO 4217, also where Intl has others', () => {
  expect(['JPY', 'KRW', 'USD', 'LAK', 'KWD', 'IQD'].map(minorDigits)).toEqual([0, 0, 2, 2, 3, 3]);
});

it('ADM-65: withdrawn, invented and lower-case codes are no currencies; every current one that Intl knows is', () => {
  expect(['DEM', 'HRK', 'ZZZ', 'BTC', 'XXX', 'XAU', 'usd', ''].map(isCurrency)).not.toContain(true);
  const current = ['EUR', 'INR', 'BRL', 'NGN', 'CHF', 'KES', 'CLP', 'TND'];
  expect(current.map(isCurrency)).not.toContain(false);
});
