import { TIERS } from '@rideline/contract';
import { expect, it } from 'vitest';
import { DEFAULT_TARIFF, estimateFare, tariffOf } from './fare.ts';

const ROUTE = [
  { lat: 35.68, lng: 139.76 },
  { lat: 35.7, lng: 139.7 },
];

it('ADM-65: the tariff of the default currency is the default tariff', () => {
  expect(tariffOf('standard', 'USD')).toEqual(DEFAULT_TARIFF);
});

it('ADM-65: a currency without decimals or with three has amounts of a plausible size, in integers of its own minor unit', () => {
  const dollars = estimateFare(ROUTE, 'standard', 'USD').minor / 100;
  const yen = estimateFare(ROUTE, 'standard', 'JPY');
  const dinars = estimateFare(ROUTE, 'standard', 'KWD');
  expect(yen.minor / dollars).toBeCloseTo(150, -1);
  expect(dinars.minor / 1000 / dollars).toBeCloseTo(0.3, 1);
  for (const currency of ['USD', 'JPY', 'KWD', 'IDR', 'ZZZ'])
    for (const tier of TIERS) {
      const { baseMinor, minimumMinor } = tariffOf(tier, currency);
      const amounts = [estimateFare(ROUTE, tier, currency).minor, baseMinor, minimumMinor];
      expect([currency, tier, ...amounts.map(Number.isSafeInteger)]).toEqual([
        currency,
        tier,
        true,
        true,
        true,
      ]);
    }
});
