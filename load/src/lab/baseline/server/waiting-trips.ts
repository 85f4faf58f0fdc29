import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@rideline/platform/process/logger';
import type { Dispatch } from './dispatch.ts';
import { RETRY_MS } from './new-trip.ts';
import type { Trips } from './trips.ts';

/** Pause of a process that found nothing to do, ms. */
const IDLE_MS = 250;
/** Trips that one process tries at the same time. */
const AT_ONCE = 8;

/**
 * Without a queue: each process looks in MongoDB for trips that still search and for offers that were not answered, and takes them one by
 * one. Runs until aborted.
 */
export async function retryWaitingTrips(
  { trips, dispatch, log }: { trips: Trips; dispatch: Dispatch; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  const work = async () => {
    while (!signal.aborted) {
      try {
        if (await retryOne(trips, dispatch)) continue;
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'waiting trips not retried');
      }
      await delay(IDLE_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** False when nothing is due. */
async function retryOne(trips: Trips, dispatch: Dispatch): Promise<boolean> {
  const now = Date.now();
  const searching = await trips.takeDue('searching', now, RETRY_MS);
  if (searching !== null) {
    await dispatch.assign(searching._id);
    return true;
  }
  const offered = await trips.takeDue('offered', now, RETRY_MS);
  if (offered === null) return false;
  await dispatch.expireOffer(offered._id);
  return true;
}
