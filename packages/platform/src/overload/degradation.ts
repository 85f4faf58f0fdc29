import type { Metrics } from '../metrics/metrics.ts';

/**
 * Degradation level: what a process sheds. 0: nothing · 1: lists, exports and other deferrable work · 2: all non-critical work · 3: everything except critical work.
 */
export type DegradationLevel = 0 | 1 | 2 | 3;

/** A signal of overload, and the value from which each level holds. */
export interface OverloadSignal {
  readonly name: string;
  readonly read: () => number;
  readonly at: readonly [number, number, number];
  /** Unit in log lines and health: `120 ms`. Absent: the value says nothing to people and is not shown. */
  readonly unit?: string;
  /** The signal is a dependency that is not called: work that can do without it adds nothing to the overload. */
  readonly lost?: true;
}

/** The level in force, and the one without the dependencies that are lost: for work that can do without them. */
export interface Levels {
  readonly level: DegradationLevel;
  readonly load: DegradationLevel;
}

export interface Degradation {
  levels(): Levels;
  stop(): void;
}

/** Samples per second. */
const TICK_MS = 1000;
/** A level is entered after this many samples in a row: a pause of the garbage collector is not overload. */
const TICKS_UP = 3;
/** It ends when no sample has reached it for this long, so that the level does not oscillate. */
const CALM_MS = 10_000;

interface Seen {
  readonly level: DegradationLevel;
  readonly why: string;
}

function seenBy({ name, read, at, unit }: OverloadSignal): Seen {
  const value = read();
  const level = (value >= at[2] ? 3 : value >= at[1] ? 2 : value >= at[0] ? 1 : 0) as DegradationLevel;
  return { level, why: unit === undefined ? name : `${name} ${Math.round(value)} ${unit}` };
}

/** The signal that demands the highest level. */
function worstOf(signals: readonly OverloadSignal[]): Seen {
  return signals
    .map(seenBy)
    .reduce((one, other) => (other.level > one.level ? other : one), { level: 0, why: 'calming down' });
}

/** The level rule alone, fed one sample at a time. Pure except for its own memory. */
export function createHysteresis(options: { ticksUp: number; calmMs: number }): {
  feed(seen: DegradationLevel, nowMs: number): DegradationLevel;
} {
  let level: DegradationLevel = 0;
  const recent: DegradationLevel[] = [];
  let calmSince: number | undefined;
  let worstInCalm: DegradationLevel = 0;
  return {
    feed(seen, nowMs) {
      recent.push(seen);
      if (recent.length > options.ticksUp) recent.shift();
      const sustained = recent.length < options.ticksUp ? 0 : (Math.min(...recent) as DegradationLevel);
      if (sustained > level) {
        level = sustained;
        calmSince = undefined;
      } else if (seen >= level) {
        calmSince = undefined;
      } else {
        if (calmSince === undefined) worstInCalm = 0;
        calmSince ??= nowMs;
        worstInCalm = Math.max(worstInCalm, seen) as DegradationLevel;
        if (nowMs - calmSince >= options.calmMs) {
          level = worstInCalm;
          calmSince = undefined;
        }
      }
      return level;
    },
  };
}

/** Watches the signals; the highest level that one of them demands is in force. */
export function watchOverload(options: {
  signals: readonly OverloadSignal[];
  metrics: Metrics;
  /** Called at each sample while the level is above 0, and once when it is 0 again. */
  onLevel: (level: DegradationLevel, why: string) => void;
}): Degradation {
  const { signals } = options;
  const rule = createHysteresis({ ticksUp: TICKS_UP, calmMs: CALM_MS });
  const loadSignals = signals.filter(({ lost }) => !lost);
  const loadRule = createHysteresis({ ticksUp: TICKS_UP, calmMs: CALM_MS });
  let level: DegradationLevel = 0;
  let load: DegradationLevel = 0;
  const tick = () => {
    const worst = worstOf(signals);
    const before = level;
    level = rule.feed(worst.level, performance.now());
    load = loadRule.feed(worstOf(loadSignals).level, performance.now());
    options.metrics.degradation_level.set(level);
    if (level > 0 || before > 0) options.onLevel(level, worst.why);
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return { levels: () => ({ level, load }), stop: () => clearInterval(timer) };
}
