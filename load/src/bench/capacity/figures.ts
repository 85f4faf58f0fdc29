import { RIDER_P99_LIMIT_MS } from '../hold-limits.ts';
import type { Target } from '../targets.ts';
import type { KindLedger, KindResult } from './frame-kind.ts';
import type { RateRun } from './rate-run.ts';
import type { CapacityResult } from './run.ts';

/** Programs by kind, in the order in which a fix passes them. The rest (API, S3, this bench) is idle here and counted together. */
export const GROUPS = [
  ['generator', /^generator$/],
  ['HAProxy', /^haproxy/],
  ['gateways', /^gateway/],
  ['Redis log', /^redis-log/],
  ['Redis state', /^redis-state/],
  ['Redis cache', /^redis-cache/],
  ['workers', /^workers/],
  ['Mongo', /^mongo/],
  ['other programs', /^other programs$/],
] as const;

export const HOLD_SECONDS = 60;

export const REST = 'API and the rest';

/** The rate that was held to the end; 0 when none was. */
export function heldFixesPerSecond({ holds, held }: KindResult): number {
  return held ? (holds.at(-1)?.fixesPerSecond ?? 0) : 0;
}

export const kindText = (fixesPerFrame: number) => (fixesPerFrame === 1 ? 'one-fix' : 'five-fix');

export function capacityTargets({ kinds }: CapacityResult): Target[] {
  return kinds.flatMap((kind) => {
    const frames = `${kindText(kind.fixesPerFrame)} frames`;
    const rate = heldFixesPerSecond(kind);
    const seconds = kind.holds.at(-1)?.seconds ?? 0;
    // Too short a run cannot show that a rate lasts.
    const lasted = rate < TARGETS[kind.fixesPerFrame] ? false : seconds >= HOLD_SECONDS || null;
    const of = (value: number | undefined) =>
      value === undefined ? 'not measured' : `${value.toFixed(0)} ms`;
    return [
      {
        what: `${frames}: ≥ ${TARGETS[kind.fixesPerFrame]} fixes/s for ${HOLD_SECONDS} s, loss 0, riders' p99 < ${RIDER_P99_LIMIT_MS} ms`,
        measured: `${rate}/s for ${seconds} s${lasted === null ? ', too short a run' : ''}, p99 ${of(kind.holds.at(-1)?.positionP99Ms)}`,
        met: lasted,
      },
      {
        what: `${frames}, half of that: send to a rider on the other gateway p99 < ${TARGETS.positionP99Ms} ms`,
        measured: of(kind.half?.positionP99Ms),
        met: (kind.half?.positionP99Ms ?? Number.POSITIVE_INFINITY) < TARGETS.positionP99Ms,
      },
      {
        what: `${frames}, half of that: requested acknowledgement p95 < ${TARGETS.ackP95Ms} ms`,
        measured: of(kind.acknowledged?.ackP95Ms),
        met: (kind.acknowledged?.ackP95Ms ?? Number.POSITIVE_INFINITY) < TARGETS.ackP95Ms,
      },
    ];
  });
}

/** Share of a core by group, in the groups' order. */
export function groupedCores({ cores }: RateRun): { name: string; share: number }[] {
  const left = new Map(Object.entries(cores));
  const groups = GROUPS.map(([name, pattern]) => {
    let share = 0;
    for (const [program, used] of left) {
      if (!pattern.test(program)) continue;
      share += used;
      left.delete(program);
    }
    return { name: name as string, share };
  });
  return [...groups, { name: REST, share: [...left.values()].reduce((sum, used) => sum + used, 0) }];
}

/** Targets: fixes per second by fixes per frame, and times at half of the rate that held. */
export const TARGETS = { 1: 8000, 5: 30_000, positionP99Ms: 150, ackP95Ms: 100 } as const;

/**
 * True when nothing that was accepted is missing. Frames lost with a socket were perhaps never accepted: after a lost socket nothing can be
 * said.
 */
export function isComplete({ sent, refused, closed, stored }: KindLedger): boolean {
  return stored <= sent && (closed > 0 || stored >= sent - refused);
}
