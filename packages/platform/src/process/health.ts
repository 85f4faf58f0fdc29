import type { Health as HealthAnswer } from '@rideline/contract';
import type { Metrics } from '../metrics/metrics.ts';
import type { DegradationLevel } from '../overload/degradation.ts';

/**
 * Health of this process. Ready means listening, not draining, and event-loop lag below its limit. A lost dependency makes it
 * `degraded` with a reason, never unready: otherwise the balancer would remove every node at once when one shared server is lost.
 */
export interface Health {
  /** `label`: what the metric calls it, for a dependency whose name is an id; several may share one. */
  degraded(dependency: string, reason: string, label?: string): void;
  cleared(dependency: string): void;
  listening(): void;
  draining(): void;
  /** The degradation level of the process, and its reason. */
  level(level: DegradationLevel, why: string): void;
  answer(): HealthAnswer;
  isReady(): boolean;
}

export function createHealth(options: {
  process: string;
  metrics: Metrics;
  /** Event-loop lag p99 of the last seconds, ms; above `lagLimitMs` the process is not ready. */
  lagMs: () => number;
  lagLimitMs: number;
}): Health {
  const reasons = new Map<string, { reason: string; label: string }>();
  let phase: 'starting' | 'listening' | 'draining' = 'starting';

  let level: DegradationLevel = 0;

  const isReady = () => phase === 'listening' && options.lagMs() < options.lagLimitMs;
  return {
    degraded(dependency, reason, label = dependency) {
      reasons.set(dependency, { reason, label });
      options.metrics.degraded.set({ dependency: label }, 1);
    },
    cleared(dependency) {
      const label = reasons.get(dependency)?.label ?? dependency;
      reasons.delete(dependency);
      const isLeft = [...reasons.values()].some((other) => other.label === label);
      options.metrics.degraded.set({ dependency: label }, isLeft ? 1 : 0);
    },
    listening() {
      phase = 'listening';
    },
    draining() {
      phase = 'draining';
    },
    level(now, why) {
      level = now;
      if (now > 0) this.degraded('load', `L${now}: ${why}`);
      else this.cleared('load');
    },
    isReady,
    answer() {
      const all = [...reasons].map(([dependency, { reason }]) => ({ dependency, reason }));
      if (phase !== 'listening') all.push({ dependency: 'self', reason: phase });
      else if (!isReady()) all.push({ dependency: 'self', reason: 'event loop lags' });
      return {
        status: isReady() ? (all.length > 0 ? 'degraded' : 'ok') : 'unready',
        process: options.process,
        level,
        reasons: all,
      };
    },
  };
}
