import type { RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import { queuePrefix } from '@rideline/platform/queues/queue-table';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { documentsBusySince, documentsStarted } from '../redis/redis-keys.ts';
import { DRAIN_WINDOW_SECONDS, drainRate, estimateWaitMs } from './wait-estimate.ts';

interface DrainMeterOptions {
  /** The state Redis. */
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}

/** TTL of a count. */
const COUNT_TTL_SECONDS = 2 * DRAIN_WINDOW_SECONDS;
/** A measurement is reused for this long, ms. */
const REUSE_MS = 500;

/** BullMQ's list of waiting jobs. */
const waitingList = (region: RegionId) => `${queuePrefix(region)}:document-processing:wait`;

/** The writing side: measures how fast workers start documents. Lost counts only make the estimate worse. */
export interface DrainMeter {
  /** A worker started a job. */
  started(): Promise<void>;
  /** A worker got no job: the queue is empty, or the limiter holds jobs back. */
  idle(): Promise<void>;
}

export function openDrainMeter({ state, region, clock }: DrainMeterOptions): DrainMeter {
  return {
    async started() {
      const nowMs = Math.floor(clock.wallMs());
      const count = documentsStarted(region, Math.floor(nowMs / 1000));
      await state
        .pipeline()
        .set(documentsBusySince(region), nowMs, 'NX')
        .incr(count)
        .expire(count, COUNT_TTL_SECONDS)
        .exec();
    },
    async idle() {
      if ((await state.llen(waitingList(region))) === 0) await state.del(documentsBusySince(region));
    },
  };
}

export interface DocumentWait {
  /** Jobs ahead of it; 0: it is next, or already started. */
  readonly queuePosition: number;
  readonly estimatedWaitMs: number;
}

/** The reading side, for a process that has just added a job. @throws Error when Redis does not answer */
export function openDocumentWait(options: DrainMeterOptions & { perMinute: number }): {
  of(jobId: string): Promise<DocumentWait>;
} {
  const { state, region, clock, perMinute } = options;
  let measured = { at: Number.NEGATIVE_INFINITY, drainPerSecond: null as number | null };

  async function measure(): Promise<number | null> {
    const nowMs = clock.wallMs();
    if (nowMs - measured.at < REUSE_MS) return measured.drainPerSecond;
    const last = Math.floor(nowMs / 1000);
    const seconds = Array.from(
      { length: DRAIN_WINDOW_SECONDS },
      (_, index) => last - DRAIN_WINDOW_SECONDS + index,
    );
    const [busySince, ...counts] = await state.mget(
      documentsBusySince(region),
      ...seconds.map((second) => documentsStarted(region, second)),
    );
    const starts = new Map(seconds.map((second, index) => [second, Number(counts[index] ?? 0)]));
    const busySinceMs = busySince == null ? null : Number(busySince);
    const drainPerSecond = drainRate((second) => starts.get(second) ?? 0, busySinceMs, nowMs);
    measured = { at: nowMs, drainPerSecond };
    return drainPerSecond;
  }

  return {
    async of(jobId) {
      // The position of the job, not the length of the list: others are added meanwhile, and `complete` may be called again. New jobs go to the
      // head and workers take the tail, so a rank from the tail counts the jobs ahead; thousands take Redis some tens of microseconds.
      const [list, drainPerSecond] = await Promise.all([
        state.pipeline().llen(waitingList(region)).lpos(waitingList(region), jobId, 'RANK', -1).exec(),
        measure(),
      ]);
      const [[, length] = [], [, index] = []] = (list ?? []) as [Error | null, number | null][];
      const ahead = index == null ? 0 : Math.max(0, (length ?? 0) - 1 - index);
      return { queuePosition: ahead, estimatedWaitMs: estimateWaitMs({ ahead, perMinute, drainPerSecond }) };
    },
  };
}
