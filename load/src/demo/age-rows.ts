import type { RiderAges } from '../simulation/riders/rider-ages.ts';
import type { Quantiles } from './cluster-figures.ts';
import { quantiles, quantilesOf } from './figures-text.ts';

/** The summary's rows of ages: the latency of what moves, and apart from it how old a car is that a rider is shown first. */
export function ageRows(
  ages: { readonly gatewayAge: Quantiles; readonly durableAge: Quantiles },
  { first, moving }: Pick<RiderAges, 'first' | 'moving'>,
): { label: string; text: string }[] {
  return [
    {
      label: 'fix age',
      text: `gateway ${quantiles(ages.gatewayAge)} · rider ${quantilesOf(moving)} · mongo ${quantiles(ages.durableAge)}`,
    },
    {
      label: 'shown first',
      text: `${quantilesOf(first)} old: the driver's newest fix when a rider subscribed or a driver took the trip; no latency, not in "fix age"`,
    },
  ];
}
