import type { TripEvent, TripStateName } from '@rideline/contract';

/**
 * Checkers of recorded runs (docs/design/reliability.md, "Checkers"), as pure functions: what was promised, against what is there after all
 * has healed. `checkers.test.ts` runs each over a run with a planted bug, which it must find, and over the same run without, where it must
 * be silent.
 */
export interface SetFull {
  /** Acknowledged, and not there. */
  readonly lost: string[];
  /** There more than once. */
  readonly twice: string[];
  /** There, and never sent. */
  readonly unexpected: string[];
}

/** Acknowledged ⊆ final ⊆ sent, each once. `sent` also holds what was sent with an unknown outcome: it may be there or not. */
export function setFull(
  sent: ReadonlySet<string>,
  acked: Iterable<string>,
  final: Iterable<string>,
): SetFull {
  const counts = new Map<string, number>();
  for (const item of final) counts.set(item, (counts.get(item) ?? 0) + 1);
  return {
    lost: [...acked].filter((item) => !counts.has(item)),
    twice: [...counts].filter(([, count]) => count > 1).map(([item]) => item),
    unexpected: [...counts.keys()].filter((item) => !sent.has(item)),
  };
}

export const WHOLE: SetFull = { lost: [], twice: [], unexpected: [] };

/** What was held by an owner, from one instant until another; null: still held. */
export interface Holding {
  readonly owner: string;
  readonly item: string;
  readonly from: number;
  readonly until: number | null;
}

/** Pairs of holdings of one owner that overlap: a driver on two trips. */
export function overlaps(holdings: readonly Holding[]): [Holding, Holding][] {
  const found: [Holding, Holding][] = [];
  const byOwner = Map.groupBy(holdings, ({ owner }) => owner);
  for (const own of byOwner.values()) {
    const sorted = own.toSorted((a, b) => a.from - b.from);
    for (const [index, first] of sorted.entries()) {
      for (const second of sorted.slice(index + 1)) {
        if (first.until === null || second.from < first.until) found.push([first, second]);
      }
    }
  }
  return found;
}

const OPEN = ['searching', 'offered', 'accepted', 'arrived'] as const;
const WITH_DRIVER = ['accepted', 'arrived', 'in_progress', 'at_stop'] as const;
const from = (states: readonly (TripStateName | null)[], to: TripStateName) =>
  states.map((state): [TripStateName | null, TripStateName] => [state, to]);

/** Which state may follow which, by the type of the event. Stated here by hand: the product's own table is what is checked. */
const STEPS: Readonly<Record<string, readonly [from: TripStateName | null, to: TripStateName][]>> = {
  imported: [[null, 'in_progress']],
  requested: [[null, 'searching']],
  scheduled: [[null, 'scheduled']],
  released: [['scheduled', 'searching']],
  offered: from(['searching', 'offered'], 'offered'),
  declined: [...from(['offered'], 'searching'), ...from(['offered'], 'offered')],
  lapsed: [...from(['offered'], 'searching'), ...from(['offered'], 'offered')],
  accepted: [['offered', 'accepted']],
  promoted: WITH_DRIVER.map((state) => [state, state]),
  arrived: [['accepted', 'arrived']],
  started: [['arrived', 'in_progress']],
  paused: [['in_progress', 'at_stop']],
  stop_reached: [['in_progress', 'at_stop']],
  resumed: [['at_stop', 'in_progress']],
  completed: from(['in_progress', 'at_stop'], 'completed'),
  cancelled: from(['scheduled', ...OPEN, 'in_progress', 'at_stop'], 'cancelled'),
  driver_cancelled: from(['accepted', 'arrived'], 'searching'),
  reassigned: from(['accepted', 'arrived'], 'searching'),
  driver_silent: WITH_DRIVER.map((state) => [state, state]),
  driver_heard: WITH_DRIVER.map((state) => [state, state]),
  fare_reviewed: [
    ['completed', 'completed'],
    ['cancelled', 'cancelled'],
  ],
  no_show: [['arrived', 'no_show']],
  no_drivers: from(['searching', 'accepted', 'arrived'], 'no_drivers'),
  failed: from(['scheduled', ...OPEN, 'in_progress', 'at_stop'], 'failed'),
};

/** Faults of one trip's recorded history: a hole in its versions, or a step that the table does not know. */
export function illegalSteps(events: readonly TripEvent[]): string[] {
  const faults: string[] = [];
  let state: TripStateName | null = null;
  for (const [index, event] of events.entries()) {
    if (event.version !== index + 1) faults.push(`version ${event.version} in place ${index + 1}`);
    const from = state;
    if (!STEPS[event.type]?.some(([before, after]) => before === from && after === event.state)) {
      faults.push(`${event.type} from ${from} to ${event.state}`);
    }
    state = event.state;
  }
  return faults;
}

/** What a follower received, in order: numbers that rise by one, unless a reset gives the next start. */
export type Delivery = { readonly number: number } | { readonly reset: number };

/** Steps back, repetitions and unannounced gaps. */
export function brokenOrder(deliveries: readonly Delivery[]): string[] {
  const faults: string[] = [];
  let last: number | null = null;
  for (const item of deliveries) {
    if ('reset' in item) {
      last = item.reset;
      continue;
    }
    if (last !== null && item.number <= last) faults.push(`${item.number} after ${last}`);
    if (last !== null && item.number > last + 1) faults.push(`nothing between ${last} and ${item.number}`);
    last = item.number;
  }
  return faults;
}

/** Accepted items without an end once all is quiet, and ends of items that were never accepted. */
export function conservation(
  accepted: ReadonlySet<string>,
  ended: ReadonlySet<string>,
): { unfinished: string[]; unknown: string[] } {
  return {
    unfinished: [...accepted].filter((item) => !ended.has(item)),
    unknown: [...ended].filter((item) => !accepted.has(item)),
  };
}
