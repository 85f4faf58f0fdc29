import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionId } from '@rideline/contract';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease, roleMembers } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

const LEASE_MS = 10_000;
const TICK_MS = 2000;
/** A worker that is silent for this long no longer counts. */
const MEMBER_MS = 8000;

export interface ShardSharesOptions {
  readonly region: RegionId;
  readonly role: string;
  readonly member: string;
  readonly shards: number;
  readonly state: RedisClient;
  readonly logger: Logger;
  readonly wallMs: () => number;
  /** Processes a shard until the signal is aborted; resolves when nothing of it is held. */
  readonly work: (shard: number, stop: AbortSignal) => Promise<void>;
  readonly onFatal: (error: Error) => void;
}

interface Held {
  fence: number;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Shares the shards among the workers of a role: each holds at most its fair number, one worker per shard. This only saves work (two readers
 * of one shard would write the same documents): correctness rests on idempotent writes, so a lease that expired during a pause is harmless.
 */
export class ShardShares {
  readonly #options: ShardSharesOptions;
  readonly #held = new Map<number, Held>();

  constructor(options: ShardSharesOptions) {
    this.#options = options;
  }

  get held(): number[] {
    return [...this.#held.keys()];
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#tick();
      } catch (error) {
        // Held shards continue without their lease, see above.
        this.#options.logger.warn({ reason: (error as Error).message }, 'shares could not be compared');
      }
      await sleep(TICK_MS, undefined, { signal });
    }
  }

  /** Ends the work on every shard, then releases the leases, so that other workers take over at once. */
  async leaveAll(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((shard) => this.#leave(shard)));
    const { state, region, role, member } = this.#options;
    await state.zrem(roleMembers(region, role), member);
  }

  async #tick(): Promise<void> {
    const { shards } = this.#options;
    const most = Math.ceil(shards / (await this.#heartbeat()));
    for (const shard of [...this.#held.keys()]) await this.#renew(shard);
    for (const shard of [...this.#held.keys()].slice(most)) await this.#leave(shard);
    for (let shard = 0; shard < shards && this.#held.size < most; shard += 1) {
      if (!this.#held.has(shard)) await this.#take(shard);
    }
  }

  async #heartbeat(): Promise<number> {
    const { state, region, role, member, wallMs } = this.#options;
    const key = roleMembers(region, role);
    const now = wallMs();
    await state.zadd(key, now, member);
    await state.zremrangebyscore(key, '-inf', now - MEMBER_MS);
    return Math.max(1, await state.zcard(key));
  }

  #leaseKey(shard: number): string {
    return lease(this.#options.region, `${this.#options.role}-${shard}`);
  }

  async #renew(shard: number): Promise<void> {
    const held = this.#held.get(shard);
    const { state, member, logger } = this.#options;
    const fence = await takeLease(state, this.#leaseKey(shard), member, LEASE_MS);
    if (held === undefined) return;
    if (fence !== null) {
      held.fence = fence;
      return;
    }
    logger.warn({ shard }, 'the lease was lost');
    await this.#end(shard, held);
  }

  async #take(shard: number): Promise<void> {
    const { state, member, work, onFatal } = this.#options;
    const fence = await takeLease(state, this.#leaseKey(shard), member, LEASE_MS);
    if (fence === null) return;
    const stop = new AbortController();
    const ended = work(shard, stop.signal).catch((error: Error) => {
      if (!stop.signal.aborted) onFatal(error);
    });
    this.#held.set(shard, { fence, stop, ended });
  }

  async #end(shard: number, held: Held): Promise<void> {
    held.stop.abort(new Error(`shard ${shard} was left`));
    await held.ended;
    this.#held.delete(shard);
  }

  async #leave(shard: number): Promise<void> {
    const held = this.#held.get(shard);
    if (held === undefined) return;
    await this.#end(shard, held);
    const { state, member } = this.#options;
    await releaseLease(state, this.#leaseKey(shard), member, held.fence);
  }
}
