/** Assumptions: docs/design/matching.md, "After acceptance". Domain ms and metres. */
export const WATCH_RULES = {
  tickMs: 20_000,
  progressMetres: 50,
  /** Bad looks in a row before anything counts: a detour can look like retreat. */
  badTicks: 3,
  warnAfterMs: 60_000,
  reassignAfterMs: 180_000,
  /** A driver who was not heard for this long is dark: two looks. */
  darkAfterMs: 40_000,
  /** Within this of the pick-up a driver who stands still is waiting, not stalled. */
  thereMetres: 150,
} as const;

/** One look at a driver on his way to a pick-up. `metres`: to the pick-up, null when nothing is known of him. */
export interface PickupSample {
  readonly at: number;
  readonly metres: number | null;
  /** Time of his newest fix. */
  readonly heardAt: number | null;
}

/** What the looks so far say. `badSince`: since when nothing good was seen. */
export interface PickupWatch {
  readonly state: 'progressing' | 'stalled' | 'retreating' | 'dark';
  readonly metres: number | null;
  readonly badTicks: number;
  readonly badSince: number | null;
  readonly warned: boolean;
  readonly action: 'none' | 'warn' | 'reassign';
}

/**
 * Whether a driver comes nearer to his pick-up; pure. Warned once after `warnAfterMs` without progress, taken off after `reassignAfterMs`;
 * any progress begins anew.
 * @param rules the dark limit must be above the interval of the phones' fixes
 */
export function watchPickup(
  before: PickupWatch | null,
  sample: PickupSample,
  rules: { readonly [Name in keyof typeof WATCH_RULES]: number } = WATCH_RULES,
): PickupWatch {
  const state = stateOf(before, sample, rules);
  if (state === 'progressing') {
    return { state, metres: sample.metres, badTicks: 0, badSince: null, warned: false, action: 'none' };
  }
  const badSince = before?.badSince ?? sample.at;
  const badTicks = (before?.badTicks ?? 0) + 1;
  const badFor = sample.at - badSince;
  const counts = badTicks >= rules.badTicks;
  const warned = before?.warned ?? false;
  const action =
    counts && badFor >= rules.reassignAfterMs
      ? 'reassign'
      : counts && badFor >= rules.warnAfterMs && !warned
        ? 'warn'
        : 'none';
  // The distance that progress is measured from stays: creeping nearer by less than a step each time is progress in the end.
  const metres = before?.metres ?? sample.metres;
  return { state, metres, badTicks, badSince, warned: warned || action === 'warn', action };
}

function stateOf(
  before: PickupWatch | null,
  { at, metres, heardAt }: PickupSample,
  rules: { readonly [Name in keyof typeof WATCH_RULES]: number },
): PickupWatch['state'] {
  if (metres === null || heardAt === null || at - heardAt > rules.darkAfterMs) return 'dark';
  if (metres <= rules.thereMetres || before === null || before.metres === null) return 'progressing';
  if (before.metres - metres >= rules.progressMetres) return 'progressing';
  return metres - before.metres >= rules.progressMetres ? 'retreating' : 'stalled';
}
