import type { Metrics } from '../metrics/metrics.ts';

/**
 * How much a process holds back. 0: nothing · 1: lists, exports and what else can wait · 2: all but what is critical · 3: only what is.
 */
export type DegradationLevel = 0 | 1 | 2 | 3;

/** Something that tells overload, and from which value on each level holds. */
export interface OverloadSignal {
  readonly name: string;
  readonly read: () => number;
  readonly at: readonly [number, number, number];
  /** For people: `120 ms`. */
  readonly unit: string;
}

export interface Degradation {
  level(): DegradationLevel;
  stop(): void;
}

/** Looks a second. */
const TICK_MS = 1000;
/** A level holds once it was seen this often in a row: a pause of the garbage collector is no overload. */
const TICKS_UP = 3;
/** And ends when it was not seen for this long, so that load does not swing in and out. */
const CALM_MS = 10_000;

interface Seen {
  readonly level: DegradationLevel;
  readonly why: string;
}

function seenBy({ name, read, at, unit }: OverloadSignal): Seen {
  const value = read();
  const level = (value >= at[2] ? 3 : value >= at[1] ? 2 : value >= at[0] ? 1 : 0) as DegradationLevel;
  return { level, why: `${name} ${Math.round(value)} ${unit}` };
}

/** The rule alone: fed with what was seen, a look a time. Pure but for its own memory. */
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

/** Watches the signals; the highest level that one of them asks for holds. */
export function watchOverload(options: {
  signals: readonly OverloadSignal[];
  metrics: Metrics;
  /** Told at each look while the level is above 0, and once when it is 0 again. */
  onLevel: (level: DegradationLevel, why: string) => void;
}): Degradation {
  const rule = createHysteresis({ ticksUp: TICKS_UP, calmMs: CALM_MS });
  let level: DegradationLevel = 0;
  const tick = () => {
    const worst = options.signals
      .map(seenBy)
      .reduce((one, other) => (other.level > one.level ? other : one), { level: 0, why: 'calming down' });
    const before = level;
    level = rule.feed(worst.level, performance.now());
    options.metrics.degradation_level.set(level);
    if (level > 0 || before > 0) options.onLevel(level, worst.why);
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return { level: () => level, stop: () => clearInterval(timer) };
}
