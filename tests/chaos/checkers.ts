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
