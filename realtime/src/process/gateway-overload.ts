import {
  type DegradationLevel,
  type OverloadSignal,
  watchOverload,
} from '@rideline/platform/overload/degradation';
import type { EventLoopLag } from '@rideline/platform/process/event-loop-lag';
import type { Health } from '@rideline/platform/process/health';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';

/** Level from which the gateway asks phones to send less often. Trips, offers and positions continue at every level. */
const REDUCED_UPLINK_LEVEL = 2;
/** Percent of the buffer for the log, and of the log's memory. */
const BUFFER_PERCENT = [25, 50, 80] as const;
const MEMORY_PERCENT = [70, 85, 95] as const;

/** Overload of this gateway, measured by its event loop, its buffer for the log, and the log's memory. */
export interface GatewayOverload {
  stop(): void;
}

export function watchGatewayOverload(parts: {
  config: GatewayConfig;
  lag: EventLoopLag;
  fixLog: { readonly held: number };
  /** Share of the log's memory in use. */
  logMemory: () => number;
  health: Health;
  metrics: GatewayMetrics;
  /** Phones should send less often from now on, or as always again. */
  onReduced: (reduced: boolean) => void;
}): GatewayOverload {
  const { config, lag, fixLog, logMemory, health, metrics } = parts;
  const base = config.shedLagMs;
  const held = () => (100 * fixLog.held) / config.bufferFixes;
  const signals: OverloadSignal[] = [
    { name: 'event-loop lag', read: lag.p99Ms, at: [base, 2 * base, 4 * base], unit: 'ms' },
    { name: 'buffer for the log', read: held, at: BUFFER_PERCENT, unit: '%' },
    { name: 'memory of the log', read: () => 100 * logMemory(), at: MEMORY_PERCENT, unit: '%' },
  ];
  let reduced = false;
  const onLevel = (level: DegradationLevel, why: string) => {
    health.level(level, why);
    if (level >= REDUCED_UPLINK_LEVEL === reduced) return;
    reduced = !reduced;
    parts.onReduced(reduced);
  };
  return watchOverload({ signals, metrics, onLevel });
}
