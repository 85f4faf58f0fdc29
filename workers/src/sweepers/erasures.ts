import { erasureCollection, type StoredErasure } from '@rideline/fleet/privacy/erasure-collection';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import { runErasure } from '@rideline/fleet/privacy/run-erasure';
import type { Logger } from '@rideline/platform/process/logger';
import { startLeaderLoop } from '../leader-loop.ts';
import type { SweeperMetrics } from './metrics.ts';

const CHECK_INTERVAL_MS = 2000;
const LEASE_MS = 30_000;

export interface ErasuresOptions {
  readonly parts: ErasureParts;
  readonly member: string;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

/** Continues the erasures that are due. One process at a time by a lease, which only saves work. */
export function startErasures({ parts, member, metrics, logger }: ErasuresOptions): {
  stop(): Promise<void>;
} {
  return startLeaderLoop({
    name: 'erasures',
    region: parts.region,
    member,
    state: parts.state,
    leaseMs: LEASE_MS,
    everyMs: CHECK_INTERVAL_MS,
    async round(signal) {
      const due = await nextDue(parts);
      if (due === null) return 'idle';
      const outcome = await runErasure(parts, due, signal);
      logger.info({ erasure: due._id, outcome, blockedBy: due.blockedBy }, 'erasure of a person');
      // A blocked one is due again in some seconds; the next in line runs now.
      return 'more';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'erasure failed; it is retried');
    },
    logger,
  });
}

async function nextDue({ db, region, clock }: ErasureParts): Promise<StoredErasure | null> {
  return await db
    .collection(erasureCollection)
    // The longest due first: erasures that stay blocked must not keep the others from running.
    .findOne({ nextCheckAt: { $lte: new Date(clock.wallMs()) }, region }, { sort: { nextCheckAt: 1 } });
}
