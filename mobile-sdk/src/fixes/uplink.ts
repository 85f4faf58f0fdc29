import type { Ack, DriverSync, LocationAck, SeqRange, UplinkPolicy, WireFix } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import { Timer } from '../time/timer.ts';
import { Outbox, type OutboxFrame, type OutboxOptions, type OutboxStats } from './outbox.ts';

/** What is needed of a connection. */
export type UplinkConnection = Pick<Connection, 'send' | 'request'>;

export interface UplinkParts {
  boot: string;
  clock: SdkClock;
  serverClock: ServerClock;
  connection: UplinkConnection;
  outbox?: Partial<OutboxOptions>;
  /** Fixes wait for a server's time that is in doubt: until `stamp`, or the next connection. */
  onTimeInDoubt: () => void;
  onOverflow: (lost: { seq: number }) => void;
  onRejected: (lost: { seqs: number[]; code: string }) => void;
}

const FRAME_TIMEOUT_MS = 10_000;
const SYNC_TIMEOUT_MS = 10_000;
/** While draining, `sync` is sent this often instead of waiting for the next `location:ack`. */
const DRAIN_SYNC_MS = 2000;
/** Wait after a retryable refusal without a time from the server. */
const BUSY_MS = 1000;

/** The effects around the outbox: sends its frames, passes it the server's answers, and wakes it in time. */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #clock: SdkClock;
  readonly #connection: UplinkConnection;
  readonly #outbox: Outbox;
  readonly #timer: Timer;
  /** Raised when a connection begins: an answer from an earlier one must not affect what is in flight now. */
  #session = 0;
  #flowing = false;
  /** Fixes taken while the server's time is not known or in doubt, with the monotonic instant to stamp them by. */
  #unstamped: { fix: WireFix; monotonicMs: number }[] = [];
  readonly #drainers = new Set<() => void>();
  busyAnswers = 0;

  constructor(parts: UplinkParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#connection = parts.connection;
    this.#outbox = new Outbox(parts.outbox);
    this.#timer = new Timer(parts.clock);
  }

  /**
   * Takes a fix that was measured `ageMs` ago, online or not. `make` gets the seq and the time; the time is null while the server's time is
   * unknown.
   */
  push(make: (seq: number, t: number | null) => WireFix, ageMs = 0): number {
    const { serverClock } = this.#parts;
    const { inDoubt } = serverClock;
    const monotonicMs = this.#clock.monotonicMs() - ageMs;
    const t = serverClock.synced && !inDoubt ? Math.round(serverClock.at(monotonicMs)) : null;
    const kept: WireFix[] = [];
    const { seq, dropped } = this.#outbox.add((number) => {
      const fix = make(number, t);
      kept.push(fix);
      return fix;
    });
    for (const fix of kept) {
      if (fix[1] === null) this.#unstamped.push({ fix, monotonicMs });
    }
    if (dropped !== undefined) {
      if (this.#unstamped[0]?.fix[0] === dropped) this.#unstamped.shift();
      this.#parts.onOverflow({ seq: dropped });
    }
    if (inDoubt) this.#parts.onTimeInDoubt();
    this.#pump();
    return seq;
  }

  /** Starts sending: the server's time is known as well as possible, and so is what the server has of this boot. */
  begin(ack: LocationAck | null | undefined): void {
    this.#session++;
    this.#flowing = true;
    // The device slept after the time was sampled, while the answer to `sync` was on its way.
    if (this.#unstamped.length > 0 && this.#parts.serverClock.inDoubt) this.#parts.onTimeInDoubt();
    else this.#stampAll();
    this.#outbox.connected(this.#clock.monotonicMs(), ack);
    this.#settle();
  }

  /** The server's time is known as well as possible: what waits for it is sent. Before `begin` that does the same. */
  stamp(): void {
    if (!this.#flowing) return;
    this.#stampAll();
    this.#pump();
  }

  end(): void {
    this.#flowing = false;
    this.#timer.clear();
    this.#outbox.disconnected();
  }

  setPolicy(policy: UplinkPolicy): void {
    this.#outbox.setPolicy(policy);
    this.#pump();
  }

  /** Ignored before `begin`: the answer to `sync` follows and has the same or more. */
  acknowledge(ack: LocationAck): void {
    if (ack.boot !== this.#parts.boot || !this.#flowing) return;
    this.#outbox.acknowledge(ack, this.#clock.monotonicMs());
    this.#settle();
  }

  /** Waits until every fix is durable, at most `deadlineMs`, or until `stopped`. Returns how many are not durable. */
  async drain(deadlineMs: number, stopped: () => boolean): Promise<{ left: number }> {
    const endMs = this.#clock.monotonicMs() + deadlineMs;
    while (this.#outbox.heldCount > 0 && !stopped()) {
      const leftMs = endMs - this.#clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.#emptyWithin(Math.min(leftMs, DRAIN_SYNC_MS));
      if (this.#outbox.heldCount > 0 && this.#flowing) await this.#requestAck();
    }
    return { left: this.#outbox.heldCount };
  }

  wakeDrainers(): void {
    for (const done of this.#drainers) done();
  }

  unacknowledged(): SeqRange[] {
    return this.#outbox.unacknowledged();
  }

  stats(): OutboxStats {
    return this.#outbox.stats();
  }

  #stampAll(): void {
    for (const { fix, monotonicMs } of this.#unstamped)
      fix[1] = Math.round(this.#parts.serverClock.at(monotonicMs));
    this.#unstamped = [];
  }

  #settle(): void {
    if (this.#outbox.heldCount === 0) this.wakeDrainers();
    this.#pump();
  }

  #pump(): void {
    // A frame must not take a fix before its time is known.
    if (!this.#flowing || this.#unstamped.length > 0) return;
    const nowMs = this.#clock.monotonicMs();
    for (
      let frame = this.#outbox.nextFrame(nowMs);
      frame !== undefined;
      frame = this.#outbox.nextFrame(nowMs)
    )
      this.#send(frame);
    const wakeAtMs = this.#outbox.wakeAt(nowMs);
    if (wakeAtMs === undefined) this.#timer.clear();
    else this.#timer.set(Math.max(1, wakeAtMs - nowMs), () => this.#pump());
  }

  #send({ bulk, ...frame }: OutboxFrame): void {
    const body = { boot: this.#parts.boot, ...frame };
    if (!bulk) {
      this.#connection.send('location:update', body);
      return;
    }
    const seqs = frame.fixes.map((fix) => fix[0]);
    const session = this.#session;
    void this.#connection.request('location:update', body, FRAME_TIMEOUT_MS).then((reply) => {
      if (this.#flowing && session === this.#session) this.#onFrameAnswer(reply, seqs);
    });
  }

  #onFrameAnswer(reply: Ack, seqs: number[]): void {
    const nowMs = this.#clock.monotonicMs();
    if (reply.ok) this.#outbox.frameReceived(seqs, nowMs);
    else if (reply.code === 'TIMEOUT')
      return; // Neither taken nor refused: the resend timer covers it.
    else if (retryAdvice(reply.code) === 'later') {
      this.busyAnswers++;
      const waitMs = (reply.retryAfterMs ?? BUSY_MS) * (1 + this.#clock.random() / 4);
      if (reply.code === 'SCALE_003') this.#outbox.frameOverBudget(seqs, waitMs, nowMs);
      else this.#outbox.frameBusy(seqs, waitMs, nowMs);
    } else if (retryAdvice(reply.code) !== 'reauthenticate') {
      this.#outbox.frameRejected(seqs);
      this.#parts.onRejected({ seqs, code: reply.code });
    }
    this.#settle();
  }

  async #requestAck(): Promise<void> {
    const session = this.#session;
    const sync = await this.#connection.request<DriverSync>('sync', {}, SYNC_TIMEOUT_MS);
    if (sync.ok && sync.ack !== null && session === this.#session) this.acknowledge(sync.ack);
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
