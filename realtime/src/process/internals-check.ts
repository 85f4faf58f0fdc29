import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { GatewayMetrics } from '../metrics.ts';
import { describeInternal } from '../wire/internals.ts';
import { type ProbeResult, probeInternals } from '../wire/internals-probe.ts';

const REASON = 'fast-path';

interface CheckParts {
  readonly health: Pick<Health, 'degraded'>;
  readonly metrics: Pick<GatewayMetrics, 'fast_path'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/**
 * Reports what the probe has shown: a lost fast path in health, in the metric and in the log.
 * @throws Error naming the internals without which the gateway would do the wrong thing
 */
export function reportInternals(result: ProbeResult, { health, metrics, log }: CheckParts): void {
  const { missing, fastPaths, otherVersions } = result;
  for (const path of ['read', 'send'] as const) metrics.fast_path.set({ path }, fastPaths[path] ? 1 : 0);
  if (otherVersions.length > 0)
    log.warn({ otherVersions }, 'versions that the internals were not checked with');
  const broken = missing.filter(({ without }) => without === 'broken');
  if (broken.length > 0)
    throw new Error(
      `internals that the gateway needs are missing: ${broken.map(describeInternal).join(', ')}`,
    );
  const lost = [
    ...missing.map(describeInternal),
    ...(fastPaths.read ? [] : ['events are not read on the fast path']),
    ...(fastPaths.send ? [] : ['events are not written on the fast path']),
  ];
  if (lost.length === 0) return;
  health.degraded(REASON, lost.join(', '));
  log.error({ lost, otherVersions }, 'the fast path is lost: messages cost several times as much');
}

/** Checks at the start that the internals of ws, Engine.IO, Socket.IO and Node are those that our code uses (wire/internals.ts). */
export async function checkInternals(parts: CheckParts): Promise<void> {
  reportInternals(await probeInternals(), parts);
}
