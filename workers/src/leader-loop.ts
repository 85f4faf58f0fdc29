import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionId } from '@rideline/contract';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

export interface LeaderLoopOptions {
  /** Name of the lease. */
  readonly name: string;
  readonly region: RegionId;
  /** This process. */
  readonly member: string;
  readonly state: RedisClient;
  /** The lease is renewed during a round, which may take minutes; after a kill another process takes over when this has passed. */
  readonly leaseMs: number;
  /** Pause between rounds. */
  readonly everyMs: number;
  /** @returns 'more' when the next round should follow at once */
  readonly round: (signal: AbortSignal) => Promise<'more' | 'idle'>;
  /** Called instead of a round while another process holds the lease: what this one reported as the leader is over. */
  readonly onFollowing?: () => void;
  /** A round failed; the next one follows after the pause. */
  readonly onFailure: (error: Error) => void;
  readonly logger: Logger;
}

/** Of a lease's length: two of them may fail. */
const RENEWALS = 3;

/**
 * Repeats `round` in one process of the region at a time: the one that holds the lease. The lease only saves work; each round must be safe
 * to run twice, and at the same time in two processes.
 */
export function startLeaderLoop(options: LeaderLoopOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const running = run(options, stop.signal);
  return {
    async stop() {
      stop.abort(new Error(`${options.name} is stopping`));
      await running;
    },
  };
}

async function run(options: LeaderLoopOptions, signal: AbortSignal): Promise<void> {
  const { name, region, member, state, leaseMs, everyMs, onFollowing, onFailure, logger } = options;
  const key = lease(region, name);
  let fence: number | null = null;
  while (!signal.aborted) {
    let next: 'more' | 'idle' = 'idle';
    try {
      fence = await takeLease(state, key, member, leaseMs);
      if (fence === null) onFollowing?.();
      else next = await whileHeld(options, fence, signal);
    } catch (error) {
      // A round interrupted by the stop has not failed.
      if (!signal.aborted) onFailure(error as Error);
    }
    if (next === 'idle') await pause(everyMs, signal);
  }
  if (fence !== null) {
    await releaseLease(state, key, member, fence).catch((error: Error) =>
      logger.warn({ lease: name, reason: error.message }, 'lease not released; it expires by itself'),
    );
  }
}

/**
 * Runs a round and renews the lease meanwhile. Its signal is aborted when another process has taken the lease, for instance while this one
 * was frozen: two processes in the same round do the work twice.
 */
async function whileHeld(
  { name, region, member, state, leaseMs, round }: LeaderLoopOptions,
  fence: number,
  stop: AbortSignal,
): Promise<'more' | 'idle'> {
  const held = new AbortController();
  const onStop = () => held.abort(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const renew = async () => {
    // A renewal that fails changes nothing: the next one follows, and until the lease ends nobody else takes it.
    const now = await takeLease(state, lease(region, name), member, leaseMs).catch(() => fence);
    if (now !== fence) held.abort(new Error(`another process runs ${name}`));
  };
  const timer = setInterval(() => void renew(), leaseMs / RENEWALS);
  try {
    return await round(held.signal);
  } finally {
    clearInterval(timer);
    stop.removeEventListener('abort', onStop);
  }
}

/** Sleeps; returns at once when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
