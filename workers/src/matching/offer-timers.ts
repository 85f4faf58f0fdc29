import { driverIdSchema, offerIdSchema } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { TripOffer } from '@rideline/fleet/trips/trip';
import { expireOffer } from '@rideline/fleet/trips/trip-commands';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Logger } from '@rideline/platform/process/logger';
import { openQueue, openQueueWorker, PoisonJob, type QueueOptions } from '@rideline/platform/queues/queues';
import { z } from 'zod';
import type { MatchingMetrics } from './metrics.ts';

const jobSchema = z.object({ v: z.literal(1), offerId: offerIdSchema, driverId: driverIdSchema });
/** Wall ms after the end of the window: a timer that fires early would find nothing due. */
const MARGIN_MS = 20;
const CONCURRENCY = 20;

export interface OfferTimersOptions extends Omit<QueueOptions<'offer-expiry'>, 'name' | 'settings'> {
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  readonly metrics: MatchingMetrics;
  readonly log: Logger;
}

/**
 * One delayed job per offer, with the offer's id, that expires the offer when its window is over. A job may be late or lost: the matcher's
 * tick and the sweeper expire the offer by the same conditional write.
 */
export function startOfferTimers(options: OfferTimersOptions): {
  set(offer: TripOffer): void;
  close(): Promise<void>;
} {
  const { tripStore, claims, metrics, log } = options;
  const queue = openQueue({ ...options, name: 'offer-expiry' });
  const worker = openQueueWorker({
    ...options,
    name: 'offer-expiry',
    concurrency: CONCURRENCY,
    process: async ({ data }) => {
      const job = jobSchema.safeParse(data);
      if (!job.success) throw new PoisonJob('malformed offer timer job');
      const { offerId, driverId } = job.data;
      if (await expireOffer(tripStore, offerId, await claims.wasSeen(driverId, offerId)))
        metrics.settled_trips_total.inc({ by: 'timer' });
    },
  });
  return {
    set({ offerId, driverId, expiresAt }) {
      const leftMs =
        (expiresAt + TRIP_RULES.offerGraceMs - tripStore.clock.domainMs()) / tripStore.clock.rate;
      const delayMs = Math.max(0, Math.ceil(leftMs) + MARGIN_MS);
      queue.add('expire', { v: 1, offerId, driverId }, { jobId: offerId, delayMs }).catch((error: Error) => {
        metrics.match_failures_total.inc({ step: 'timer' });
        log.warn({ reason: error.message }, 'cannot set the timer of an offer; the tick expires the offer');
      });
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}
