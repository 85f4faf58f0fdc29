import type { BootId, DriverId, GatewayId, RegionId } from '@rideline/contract';
import { SeqRanges } from '@rideline/fleet/fixes/seq-ranges';
import { type InboxMessage, sendToInbox } from '@rideline/fleet/redis/inbox';
import { loadLuaScript, runLuaScript } from '@rideline/fleet/redis/lua-script';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { TrackBlock } from '@rideline/fleet/tracks/track-block';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';

/** Ranges above the durable prefix that are remembered for one boot; an honest phone on a bad line has a handful. */
export const DURABLE_RANGES_KEPT = 64;
/** Messages in one packet to a gateway. */
const PACKET_MESSAGES = 500;
const BACKOFF = { firstMs: 100, mostMs: 5000 };
/** The boot is no longer among the driver's newest: nobody waits for its acknowledgement. */
const BOOT_FORGOTTEN = -2;

const mergeScript = loadLuaScript('merge-durable-1');

/** What became durable of one boot of a driver. */
export interface DurableSeqs {
  readonly driverId: DriverId;
  readonly boot: BootId;
  readonly seqs: SeqRanges;
}

/** The seqs of stored blocks, by (driver, boot). What the phone has given up (below `lowest`) counts with them. */
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
  /** Where gateways listen; null: nobody is told. */
  readonly cache: RedisClient | null;
  readonly onRetry: (error: Error) => void;
  /** The gateway could not be told; it compares for itself when the driver comes back. */
  readonly onNotifyFailed: (error: Error) => void;
}

/** Remembers what is durable in the drivers' hashes and tells their gateways. */
export class DurableRanges {
  readonly #options: DurableRangesOptions;

  constructor(options: DurableRangesOptions) {
    this.#options = options;
  }

  /**
   * Merges, until the state server has taken all, then tells each gateway concerned in one packet. Merging twice changes nothing.
   * @throws the signal's reason when it is aborted before all is merged
   */
  async record(durable: readonly DurableSeqs[], signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(BACKOFF);
    const told = new Map<GatewayId, InboxMessage[]>();
    let todo = durable;
    while (todo.length > 0) {
      signal.throwIfAborted();
      const answers = await Promise.allSettled(todo.map((item) => this.#merge(item)));
      const failed: DurableSeqs[] = [];
      answers.forEach((answer, index) => {
        const item = todo[index] as DurableSeqs;
        if (answer.status === 'fulfilled') note(told, item, answer.value);
        else failed.push(item);
      });
      const broken = answers.find((answer) => answer.status === 'rejected');
      if (broken) {
        this.#options.onRetry(broken.reason as Error);
        await backoff.wait(signal);
      }
      todo = failed;
    }
    await Promise.all([...told].map(([gateway, messages]) => this.#tell(gateway, messages)));
  }

  async #merge({ driverId, boot, seqs }: DurableSeqs): Promise<{ durable: number; gateway: string }> {
    const { state, region } = this.#options;
    const answer = await runLuaScript(
      state,
      mergeScript,
      [driver(region, driverId)],
      [boot, DURABLE_RANGES_KEPT, JSON.stringify(seqs)],
    );
    const [durable, gateway] = answer as [number, string];
    return { durable, gateway };
  }

  async #tell(gateway: GatewayId, messages: readonly InboxMessage[]): Promise<void> {
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
  told: Map<GatewayId, InboxMessage[]>,
  { driverId, boot }: DurableSeqs,
  { durable, gateway }: { durable: number; gateway: string },
): void {
  if (durable === BOOT_FORGOTTEN || gateway === '') return;
  const messages = told.get(gateway as GatewayId) ?? [];
  messages.push({ type: 'durable', driverId, boot, durable });
  told.set(gateway as GatewayId, messages);
}
