import { type Spread, spreadOf } from '../spread.ts';
import { type FanoutResult, IDLE_NODE, type SubjectName } from './run.ts';

/** CPU is read in ticks of 10 ms (process-stats.ts): less than one tick is indistinguishable from zero. */
export const CLOCK_GRAIN_MS = 10;

/** CPU of the node without clients in runs of equal length: without any load, and while positions pass between the other two nodes. */
export interface IdleNodeFigures {
  readonly subject: SubjectName;
  readonly atRestMs: Spread;
  /** While drivers send without followers: on a busy machine the same work costs more. */
  readonly unfollowedMs: Spread;
  readonly underLoadMs: Spread;
  /** Each run under load minus the quiet run of the same round. */
  readonly differenceMs: Spread;
  /** The same per delivered position, µs. */
  readonly perPositionUs: Spread;
}

export function idleNodeFigures({ runs, quiet }: FanoutResult, subject: SubjectName): IdleNodeFigures {
  const atRest = new Map(
    quiet.filter((run) => run.subject === subject).map(({ round, idleNodeUs }) => [round, idleNodeUs]),
  );
  const loaded = runs
    .filter((run) => run.subject === subject && run.delivered > 0 && atRest.has(run.round))
    .map(({ round, cpu, delivered }) => {
      const usedUs = cpu.get(IDLE_NODE) ?? 0;
      return { usedUs, delivered, differenceUs: usedUs - (atRest.get(round) ?? 0) };
    });
  return {
    subject,
    atRestMs: spreadOf([...atRest.values()].map((us) => us / 1000)),
    unfollowedMs: spreadOf(
      runs
        .filter((run) => run.subject === subject && run.due === 0)
        .map(({ cpu }) => (cpu.get(IDLE_NODE) ?? 0) / 1000),
    ),
    underLoadMs: spreadOf(loaded.map(({ usedUs }) => usedUs / 1000)),
    differenceMs: spreadOf(loaded.map(({ differenceUs }) => differenceUs / 1000)),
    perPositionUs: spreadOf(loaded.map(({ differenceUs, delivered }) => differenceUs / delivered)),
  };
}

/** 0 as far as the clock can tell. */
export const isNothing = ({ differenceMs }: IdleNodeFigures): boolean =>
  differenceMs.median <= CLOCK_GRAIN_MS;
