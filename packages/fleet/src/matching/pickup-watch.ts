/** Assumptions: docs/design/matching.md, "After acceptance". Domain ms and metres. */
export const WATCH_RULES = {
  tickMs: 20_000,
  progressMetres: 50,
  /** Bad checks in a row before an action: a detour can look like retreat. */
  badTicks: 3,
  warnAfterMs: 60_000,
  reassignAfterMs: 180_000,
  /** A driver whose newest fix is older than this is dark: two checks. */
  darkAfterMs: 40_000,
  /** Within this distance of the pick-up a driver who stands still is waiting, not stalled. */
  thereMetres: 150,
} as const;

/** One check of a driver on the way to a pick-up. `metres`: to the pick-up, null when no position is known. */
export interface PickupSample {
  readonly at: number;
  readonly metres: number | null;
  /** Time of the driver's newest fix. */
  readonly fixAt: number | null;
}

/** Result of the checks so far. `badSince`: time of the first bad check without progress since. */
export interface PickupWatch {
  readonly state: 'progressing' | 'stalled' | 'retreating' | 'dark';
  readonly metres: number | null;
  readonly badTicks: number;
  readonly badSince: number | null;
  readonly warned: boolean;
  readonly action: 'none' | 'warn' | 'reassign';
}

/**
 * Whether a driver approaches the pick-up; pure. One warning after `warnAfterMs` without progress, reassignment after `reassignAfterMs`;
 * any progress resets both.
 * @param rules `darkAfterMs` must be above the interval of the phones' fixes
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
  // The distance that progress is measured from stays: a driver who approaches by less than a step each time makes progress in the end.
  const metres = before?.metres ?? sample.metres;
  return { state, metres, badTicks, badSince, warned: warned || action === 'warn', action };
}

function stateOf(
  before: PickupWatch | null,
  { at, metres, fixAt }: PickupSample,
  rules: { readonly [Name in keyof typeof WATCH_RULES]: number },
): PickupWatch['state'] {
  if (metres === null || fixAt === null || at - fixAt > rules.darkAfterMs) return 'dark';
  if (metres <= rules.thereMetres || before === null || before.metres === null) return 'progressing';
  if (before.metres - metres >= rules.progressMetres) return 'progressing';
  return metres - before.metres >= rules.progressMetres ? 'retreating' : 'stalled';
}
