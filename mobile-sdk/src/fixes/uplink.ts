import type { DriverSync, LocationAck, SeqRange, UplinkPolicy, WireFix } from '@rideline/contract';
import type { RecordStore } from '../storage/storage.ts';
import type { StoreKeeper } from '../storage/store-keeper.ts';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import { BootSender, type UplinkConnection } from './boot-sender.ts';
import { OUTBOX_DEFAULTS, Outbox, type OutboxOptions, type OutboxStats } from './outbox.ts';
import type { DriverStorage, StoredFixes } from './stored-fixes.ts';

export type { UplinkConnection } from './boot-sender.ts';

export interface UplinkParts {
  boot: string;
  clock: SdkClock;
  serverClock: ServerClock;
  connection: UplinkConnection;
  store: Pick<StoreKeeper, 'write' | 'isOpen'>;
  /** Without it fixes are in memory only. */
  storage: Pick<DriverStorage, 'storedFixes'> | undefined;
  outbox?: Partial<OutboxOptions>;
  /** Fixes wait for a server's time that is in doubt: until `stamp`, or the next connection. */
  onTimeInDoubt: () => void;
  onOverflow: (lost: { boot: string; seq: number }) => void;
  onRejected: (lost: { boot: string; seqs: number[]; code: string }) => void;
}

export interface UplinkStats extends OutboxStats {
  /** Fixes of earlier starts of the app that are not durable yet. */
  earlier: number;
  /** Held fixes of this start that would be lost with the app now: not in the storage, or there is none. */
  unstored: number;
  busyAnswers: number;
}

const SYNC_TIMEOUT_MS = 10_000;
/** While draining, `sync` is sent this often instead of waiting for the next `location:ack`. */
const DRAIN_SYNC_MS = 2000;

/** Takes the fixes of this start, gives them their times, and sends them and those of earlier starts until they are durable. */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #clock: SdkClock;
  readonly #capacity: number;
  readonly #sender: BootSender;
  readonly #stored: StoredFixes | undefined;
  /** Fixes taken while the server's time is not known or in doubt, with the monotonic instant to stamp them by. */
  readonly #unstamped = new Map<WireFix, number>();
  readonly #drainers = new Set<() => void>();
  #isKnown = false;

  constructor(parts: UplinkParts) {
    const { boot, clock, serverClock, connection, store, onRejected } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#capacity = parts.outbox?.capacity ?? OUTBOX_DEFAULTS.capacity;
    const outbox = new Outbox(parts.outbox);
    this.#sender = new BootSender({
      boot,
      outbox,
      clock,
      connection,
      isReady: () => this.#unstamped.size === 0,
      onAnswer: () => this.#onAnswer(),
      onRejected,
    });
    this.#stored = parts.storage?.storedFixes({
      boot,
      clock,
      serverClock,
      connection,
      store,
      outbox,
      takenAt: (fix) => this.#unstamped.get(fix),
      isKnown: () => this.#isKnown,
      onAnswer: () => this.#onAnswer(),
      onRejected,
    });
  }

  /**
   * Takes a fix that was measured `ageMs` ago, online or not. `make` gets the seq and the time; the time is null while the server's time is
   * unknown.
   */
  push(make: (seq: number, t: number | null) => WireFix, ageMs = 0): number {
    const { serverClock, boot, onOverflow } = this.#parts;
    const { inDoubt } = serverClock;
    const monotonicMs = this.#clock.monotonicMs() - ageMs;
    const t = serverClock.synced && !inDoubt ? Math.round(serverClock.at(monotonicMs)) : null;
    // The oldest of all goes first.
    if (this.heldCount >= this.#capacity) {
      const oldest = this.#stored?.dropOldest();
      if (oldest !== undefined) onOverflow(oldest);
    }
    const { seq, dropped } = this.#sender.outbox.add((number) => {
      const fix = make(number, t);
      if (fix[1] === null) this.#unstamped.set(fix, monotonicMs);
      return fix;
    });
    if (dropped !== undefined) {
      for (const fix of this.#unstamped.keys()) {
        if (fix[0] === dropped) this.#unstamped.delete(fix);
        break;
      }
      onOverflow({ boot, seq: dropped });
    }
    if (inDoubt) this.#parts.onTimeInDoubt();
    this.#sender.pump();
    this.#stored?.later(this.#sender.flowing);
    return seq;
  }

  /** Starts sending: the server's time is known as well as possible, and so is what the server has of one boot. */
  begin(ack: LocationAck | null | undefined): void {
    // The device slept after the time was sampled, while the answer to `sync` was on its way.
    if (this.#unstamped.size > 0 && this.#parts.serverClock.inDoubt) this.#parts.onTimeInDoubt();
    else this.#stampAll();
    this.#stored?.begin(ack, this.#isFirst);
    this.#sender.begin(ack?.boot === this.#parts.boot ? ack : ack && null);
  }

  /** The server's time is known as well as possible: what waits for it is sent. Before `begin` that does the same. */
  stamp(): void {
    if (!this.#sender.flowing) return;
    this.#stampAll();
    this.#sender.pump();
  }

  end(): void {
    const wasFlowing = this.#sender.flowing;
    this.#sender.end();
    this.#stored?.end();
    // From now on the fixes exist only here.
    if (wasFlowing) void this.flush();
  }

  setPolicy(policy: UplinkPolicy): void {
    this.#sender.outbox.setPolicy(policy);
    this.#sender.pump();
  }

  acknowledge(ack: LocationAck): void {
    if (ack.boot !== this.#parts.boot) this.#stored?.acknowledge(ack);
    else {
      this.#isKnown ||= ack.received >= 0;
      this.#sender.acknowledge(ack);
    }
  }

  /** Reads the fixes that earlier starts left. @returns how many they are */
  async restore(store: RecordStore): Promise<number> {
    await this.#stored?.restore(store, () => this.#isFirst);
    while (this.heldCount > this.#capacity) {
      const oldest = this.#stored?.dropOldest();
      if (oldest === undefined) break;
      this.#parts.onOverflow(oldest);
    }
    return this.#earlierCount;
  }

  /** Resolves when every fix that was taken until now is stored, or could not be. */
  async flush(): Promise<void> {
    await this.#stored?.flush();
  }

  /** Waits until every fix is durable, at most `deadlineMs`, or until `stopped`. Returns how many are not durable. */
  async drain(deadlineMs: number, stopped: () => boolean): Promise<{ left: number }> {
    const endMs = this.#clock.monotonicMs() + deadlineMs;
    while (this.heldCount > 0 && !stopped()) {
      const leftMs = endMs - this.#clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.#emptyWithin(Math.min(leftMs, DRAIN_SYNC_MS));
      if (this.heldCount > 0 && this.#sender.flowing) await this.#requestAck();
    }
    return { left: this.heldCount };
  }

  wakeDrainers(): void {
    for (const done of this.#drainers) done();
  }

  unacknowledged(): SeqRange[] {
    return this.#sender.outbox.unacknowledged();
  }

  get heldCount(): number {
    return this.#sender.outbox.heldCount + this.#earlierCount;
  }

  get #earlierCount(): number {
    return this.#stored?.earlierCount ?? 0;
  }

  stats(): UplinkStats {
    const { outbox } = this.#sender;
    return {
      ...outbox.stats(),
      earlier: this.#earlierCount,
      unstored: this.#stored?.unstored ?? outbox.heldCount,
      busyAnswers: this.#sender.busyAnswers,
    };
  }

  /** No frame of this start was sent yet. */
  get #isFirst(): boolean {
    return this.#sender.framesSent === 0;
  }

  #stampAll(): void {
    for (const [fix, monotonicMs] of this.#unstamped)
      fix[1] = Math.round(this.#parts.serverClock.at(monotonicMs));
    this.#unstamped.clear();
  }

  #onAnswer(): void {
    if (this.heldCount === 0) this.wakeDrainers();
    this.#stored?.later(this.#sender.flowing);
  }

  async #requestAck(): Promise<void> {
    const { session } = this.#sender;
    const sync = await this.#parts.connection.request<DriverSync>('sync', {}, SYNC_TIMEOUT_MS);
    if (sync.ok && sync.ack !== null && session === this.#sender.session) this.acknowledge(sync.ack);
  }

  #emptyWithin(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#drainers.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(limitMs, done);
      this.#drainers.add(done);
    });
  }
}
