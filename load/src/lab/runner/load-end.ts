import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError } from '@rideline/infra/local/launch-error';
import type { ArtilleryChild, ArtilleryEnd } from './artillery-child.ts';
import type { ArtilleryRecord } from './artillery-record.ts';
import type { LoadSettings } from './load-settings.ts';

/** Why the load ended. */
export type LoadEnd =
  | { readonly kind: 'complete' }
  /** Ctrl-C. */
  | { readonly kind: 'stopped' }
  /** It went on far longer than it should. */
  | { readonly kind: 'overdue' }
  /** Work beside the load failed: progress, or the faults of chaos. */
  | { readonly kind: 'failed' }
  /** A generator ended by itself before its time. */
  | { readonly kind: 'broken'; readonly ends: readonly ArtilleryEnd[]; readonly tail: readonly string[] };

const SECONDS_MS = 1000;
/** Slower than a scenario connects its users. */
const CONNECTS_PER_SECOND = 20;
const GRACE_MS = 5 * 60_000;

/** A load that is not over by then hangs. */
export const longestLoadMs = ({ users, minutes }: Pick<LoadSettings, 'users' | 'minutes'>): number =>
  minutes * 60_000 + (users / CONNECTS_PER_SECOND) * SECONDS_MS + GRACE_MS;

/**
 * Waits until the generators have ended, one of them has ended before its time, `stopRequested` or `failed` resolves, or `longestMs` are
 * over; then ends all of them.
 */
export async function awaitLoadEnd(
  children: readonly ArtilleryChild[],
  {
    stopRequested,
    failed,
    longestMs,
  }: { stopRequested: Promise<void>; failed: Promise<unknown>; longestMs: number },
): Promise<LoadEnd> {
  const timer = new AbortController();
  const each = children.map(async (child) => {
    const end = await child.ended;
    return isWhole(await child.read()) ? null : { end, tail: child.tail };
  });
  // The first generator that breaks decides; when none does, all have ended.
  const firstBroken = Promise.race([
    ...each.map(async (ended) => (await ended) ?? new Promise<never>(() => undefined)),
    Promise.all(each).then((all) =>
      all.every((broken) => broken === null) ? null : new Promise<never>(() => undefined),
    ),
  ]);
  try {
    const end = await Promise.race([
      firstBroken.then(
        (broken): LoadEnd =>
          broken === null ? { kind: 'complete' } : { kind: 'broken', ends: [broken.end], tail: broken.tail },
      ),
      stopRequested.then((): LoadEnd => ({ kind: 'stopped' })),
      failed.then((): LoadEnd => ({ kind: 'failed' })),
      delay(longestMs, { kind: 'overdue' } as LoadEnd, { signal: timer.signal }).catch(
        (): LoadEnd => ({ kind: 'overdue' }),
      ),
    ]);
    await Promise.all(children.map((child) => child.stop()));
    return end;
  } finally {
    // Also after an error: a timer that is left keeps this process alive for the length of the load.
    timer.abort();
  }
}

/** Artillery gives its total when it ends by itself, also when a threshold of the file was not met. */
const isWhole = ({ total }: ArtilleryRecord): boolean => total !== null;

/** @throws LaunchError when no generator began its load: there is nothing to report */
export function refuseEmptyLoad(end: LoadEnd, records: readonly ArtilleryRecord[]): void {
  if (end.kind !== 'broken' || records.some(({ periods, total }) => periods.length > 0 || total !== null))
    return;
  const [first] = end.ends;
  throw new LaunchError(
    `Artillery ended with ${first?.signal ?? first?.code} before it had measured anything`,
    'Its last lines follow',
    [...end.tail],
  );
}

/** What a reader of the report must know of the end; null for a load that is complete. */
export function endNote(end: LoadEnd, elapsedMs: number): string | null {
  const after = `after ${(elapsedMs / 60_000).toFixed(1)} minutes`;
  switch (end.kind) {
    case 'complete':
      return null;
    case 'stopped':
      return `The load was stopped ${after}; what was measured in its last ten seconds is not in this report`;
    case 'overdue':
      return `The load did not end in time and was stopped ${after}`;
    case 'failed':
      return `The run is not whole: work beside the load failed, and the load ended ${after}`;
    case 'broken': {
      const ends = end.ends
        .map(({ part, code, signal }) => `${part} ended with ${signal ?? code}`)
        .join('; ');
      return `The load broke off ${after}: ${ends}. Its last line: ${(end.tail.at(-1) ?? '').slice(0, 300)}`;
    }
    default:
      return end satisfies never;
  }
}
