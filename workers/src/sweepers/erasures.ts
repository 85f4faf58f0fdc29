import { setTimeout as sleep } from 'node:timers/promises';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import type { StoredErasure } from '@rideline/fleet/privacy/erasure-schema';
import { runErasure } from '@rideline/fleet/privacy/run-erasure';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease } from '@rideline/fleet/redis/redis-keys';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';

const LOOK_INTERVAL_MS = 2000;
const LEASE_MS = 30_000;

export interface ErasuresOptions {
  readonly parts: ErasureParts;
  readonly member: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Goes on with the erasures that are due. One process at a time by a lease, which only saves work. */
export function startErasures(options: ErasuresOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const running = loop(options, stop.signal);
  return {
    async stop() {
      stop.abort(new Error('erasures are stopping'));
      await running;
    },
  };
}

async function nextDue({ models, region, clock }: ErasureParts): Promise<StoredErasure | null> {
  const [found] = await models.erasures.collection
    .find({ nextCheckAt: { $lte: new Date(clock.wallMs()) }, region })
    .limit(1)
    .toArray();
  return (found as unknown as StoredErasure | undefined) ?? null;
}

async function loop({ parts, member, metrics, logger }: ErasuresOptions, signal: AbortSignal): Promise<void> {
  const { state, region } = parts;
  const key = lease(region, 'erasures');
  let fence: number | null = null;
  while (!signal.aborted) {
    try {
      fence = await takeLease(state, key, member, LEASE_MS);
      const due = fence === null ? null : await nextDue(parts);
      if (due !== null) {
        const outcome = await runErasure(parts, due, signal);
        logger.info({ erasure: due._id, outcome, blockedBy: due.blockedBy }, 'erasure of a person');
        if (outcome === 'done') continue;
      }
    } catch (error) {
      if (signal.aborted) break;
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: (error as Error).message }, 'an erasure could not go on');
    }
    await sleep(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => logger.debug('erasures end'));
  }
  if (fence !== null) {
    await releaseLease(state, key, member, fence).catch((error: Error) =>
      logger.warn({ reason: error.message }, 'the lease runs out by itself'),
    );
  }
}
