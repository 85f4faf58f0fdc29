import type { BootId, DriverId, GatewayId, RegionId } from '@rideline/contract';
import { SeqRanges } from '@rideline/fleet/fixes/seq-ranges';
import { type InboxMessage, sendToInbox } from '@rideline/fleet/redis/inbox';
import { loadLuaScript, runLuaScript } from '@rideline/fleet/redis/lua-script';
import { DRIVER_TTL_SECONDS, driver } from '@rideline/fleet/redis/redis-keys';
import type { TrackBlock } from '@rideline/fleet/tracks/track-block';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';

/** Ranges above the durable prefix that are kept for one boot; an honest phone on a bad connection has a handful. */
export const DURABLE_RANGES_KEPT = 64;
/** Messages in one packet to a gateway. */
const PACKET_MESSAGES = 500;
const BACKOFF = { firstMs: 100, mostMs: 5000 };
/** The boot is no longer among the driver's newest: no client waits for its acknowledgement. */
const BOOT_FORGOTTEN = -2;

const mergeScript = loadLuaScript('merge-durable-1');

/** Seqs of one boot of a driver that became durable. */
export interface DurableSeqs {
  readonly driverId: DriverId;
  readonly boot: BootId;
  readonly seqs: SeqRanges;
}

/** The seqs of stored blocks, by (driver, boot). Seqs that the phone has given up (below `lowest`) are included. */
export function durableSeqs(blocks: readonly TrackBlock[]): DurableSeqs[] {
  const byBoot = new Map<string, DurableSeqs>();
  for (const { driverId, boot, lowest, fixes } of blocks) {
    const key = `${driverId}:${boot}`;
    let durable = byBoot.get(key);
    if (durable === undefined) {
      durable = { driverId, boot, seqs: new SeqRanges(Number.POSITIVE_INFINITY) };
      byBoot.set(key, durable);
    }
    if (lowest > 0) durable.seqs.addRange(0, lowest - 1);
    for (const seq of fixes.keys()) durable.seqs.add(seq);
  }
  return [...byBoot.values()];
}

export interface DurableRangesOptions {
  readonly region: RegionId;
  readonly state: RedisClient;
  /** Redis of the gateways' inboxes; null: gateways are not notified. */
  readonly cache: RedisClient | null;
  readonly onRetry: (error: Error) => void;
  /** A gateway was not notified; it compares by itself when the driver reconnects. */
  readonly onNotifyFailed: (error: Error) => void;
}

/** Records durable ranges in the drivers' hashes and notifies their gateways. */
export class DurableRanges {
  readonly #options: DurableRangesOptions;

  constructor(options: DurableRangesOptions) {
    this.#options = options;
  }

  /**
   * Merges until the state Redis has accepted all, then notifies each affected gateway in one packet. Merging is idempotent.
   * @throws the signal's reason when it is aborted before all is merged
   */
  async record(durable: readonly DurableSeqs[], signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(BACKOFF);
    const notices = new Map<GatewayId, InboxMessage[]>();
    let todo = durable;
    while (todo.length > 0) {
      signal.throwIfAborted();
      const answers = await Promise.allSettled(todo.map((item) => this.#merge(item)));
      const failed: DurableSeqs[] = [];
      answers.forEach((answer, index) => {
        const item = todo[index] as DurableSeqs;
        if (answer.status === 'fulfilled') note(notices, item, answer.value);
        else failed.push(item);
      });
      const broken = answers.find((answer) => answer.status === 'rejected');
      if (broken) {
        this.#options.onRetry(broken.reason as Error);
        await backoff.wait(signal);
      }
      todo = failed;
    }
    await Promise.all([...notices].map(([gateway, messages]) => this.#notify(gateway, messages)));
  }

  async #merge({ driverId, boot, seqs }: DurableSeqs): Promise<{ durable: number; gateway: string }> {
    const { state, region } = this.#options;
    const answer = await runLuaScript(
      state,
      mergeScript,
      [driver(region, driverId)],
      [boot, DURABLE_RANGES_KEPT, JSON.stringify(seqs), DRIVER_TTL_SECONDS],
    );
    const [durable, gateway] = answer as [number, string];
    return { durable, gateway };
  }

  async #notify(gateway: GatewayId, messages: readonly InboxMessage[]): Promise<void> {
    const { cache, region, onNotifyFailed } = this.#options;
    if (cache === null) return;
    for (let at = 0; at < messages.length; at += PACKET_MESSAGES) {
      try {
        await sendToInbox(cache, region, gateway, messages.slice(at, at + PACKET_MESSAGES));
      } catch (error) {
        onNotifyFailed(error as Error);
        return;
      }
    }
  }
}

function note(
  notices: Map<GatewayId, InboxMessage[]>,
  { driverId, boot }: DurableSeqs,
  { durable, gateway }: { durable: number; gateway: string },
): void {
  if (durable === BOOT_FORGOTTEN || gateway === '') return;
  const messages = notices.get(gateway as GatewayId) ?? [];
  messages.push({ type: 'durable', driverId, boot, durable });
  notices.set(gateway as GatewayId, messages);
}
