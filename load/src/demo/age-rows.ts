import type { RiderAges } from '../simulation/riders/rider-ages.ts';
import type { Quantiles } from './cluster-figures.ts';
import { quantiles, quantilesOf } from './figures-text.ts';

export interface FixAges {
  readonly gatewayAge: Quantiles;
  readonly durableAge: Quantiles;
}

/** Ages in ms for programs, with the same separation as `ageRows`. */
export function agesJson(ages: FixAges, { first, moving }: Pick<RiderAges, 'first' | 'moving'>) {
  const of = (histogram: RiderAges['first']) => ({
    p50: histogram.quantile(0.5),
    p99: histogram.quantile(0.99),
  });
  return {
    gateway: ages.gatewayAge,
    rider: of(moving),
    riderShownFirst: of(first),
    mongo: ages.durableAge,
  };
}

/** The summary's rows of ages: the latency of what moves, and apart from it how old a car is that a rider is shown first. */
export function ageRows(
  ages: FixAges,
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
