import type { TripId } from '@rideline/contract';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { Logger } from '@rideline/platform/process/logger';
import { DelayedError, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Dispatch } from './dispatch.ts';
import { RETRY_MS } from './new-trip.ts';

/** The queue of the variant `+queue`: `assign` for a trip that searches, and `expire`, delayed, for an offer that may not be answered. */
export const TRIP_QUEUE = 'trips';
/** Trips that the worker assigns at the same time. */
const AT_ONCE = 16;
const KEPT = { count: 100 } as const;

type TripJob = { readonly tripId: TripId };

export interface TripQueue {
  /** Adds a trip that has begun to search. `version`: of the trip, so that the same search is added once. */
  search(tripId: TripId, version: number): Promise<void>;
}

export function openTripQueue(redisUrl: string): TripQueue {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<TripJob>(TRIP_QUEUE, {
    connection,
    defaultJobOptions: { removeOnComplete: KEPT, removeOnFail: KEPT, attempts: 10, backoff: RETRY_MS },
  });
  return {
    async search(tripId, version) {
      await queue.add('assign', { tripId }, { jobId: `assign-${tripId}-${version}` });
    },
  };
}

/** Assigns the trips of the queue; a trip without a free driver is tried again after a second. */
export function startTripWorker(
  redisUrl: string,
  { dispatch, offerWindowMs, log }: { dispatch: Dispatch; offerWindowMs: number; log: Logger },
): void {
  const queue = new Queue<TripJob>(TRIP_QUEUE, {
    connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
  });
  const worker = new Worker<TripJob>(
    TRIP_QUEUE,
    async (job, token) => {
      const { tripId } = job.data;
      if (job.name === 'expire') return await dispatch.expireOffer(tripId);
      const assigned = await dispatch.assign(tripId);
      if (assigned === 'waiting') {
        await job.moveToDelayed(Date.now() + RETRY_MS, token);
        throw new DelayedError();
      }
      if (assigned === 'offered') {
        const delay = offerWindowMs + TRIP_RULES.offerGraceMs;
        await queue.add('expire', { tripId }, { delay, removeOnComplete: KEPT, removeOnFail: KEPT });
      }
    },
    { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }), concurrency: AT_ONCE },
  );
  worker.on('error', (error) => log.warn({ reason: error.message }, 'worker error'));
  worker.on('failed', (_job, error) => log.warn({ reason: error.message }, 'job failed'));
}
