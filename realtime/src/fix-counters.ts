import { VERDICTS, type Verdict } from '@rideline/contract';
import type { Metrics } from '@rideline/platform/metrics';

interface Increments {
  inc(by?: number): void;
}

/** The counters of the hot path, with their labels looked up once: a look-up per fix costs more than the count. */
export interface FixCounters {
  readonly frames: Increments;
  readonly again: Increments;
  readonly late: Increments;
  readonly acks: Increments;
  readonly verdicts: Readonly<Record<Verdict, Increments>>;
  readonly age: { observe(seconds: number): void };
}

export function createFixCounters(metrics: Metrics): FixCounters {
  const verdicts = VERDICTS.map((verdict) => [verdict, metrics.gateway_fixes_total.labels(verdict)]);
  return {
    frames: metrics.gateway_frames_total,
    again: metrics.gateway_fixes_again_total,
    late: metrics.gateway_fixes_late_total,
    acks: metrics.gateway_acks_total,
    verdicts: Object.fromEntries(verdicts) as Record<Verdict, Increments>,
    age: metrics.gateway_fix_age_seconds,
  };
}
