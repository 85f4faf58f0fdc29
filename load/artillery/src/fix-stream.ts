import { randomUUID } from 'node:crypto';
import type { LocationAck, LocationRefused, WireFix } from '@rideline/contract';
import type { Car } from './car.ts';
import { OperationFailed } from './codes.ts';
import type { Connection } from './connection.ts';
import type { Lab } from './lab.ts';
import { rangesOf } from './ranges.ts';
import { pause } from './repeat.ts';

interface Held {
  readonly fix: WireFix;
  readonly dueMs: number;
}

/** Fixes of one frame: few, since each frame costs the server its own work, and that is what is measured. */
const MOST_IN_FRAME = 50;
const MOST_FRAMES_IN_FLIGHT = 16;
/** Beyond it the oldest are given up: of one driver, and of all together, which share this process's memory. */
const MOST_HELD = 2000;
const MOST_HELD_TOGETHER = 400_000;
const SAME_MOMENT_MS = 50;
const TIMES_PER_ENTRY = 200;
const DRAIN_TURN_MS = 250;

/** One driver's fixes, numbered within a boot and kept until the server has acknowledged them. */
export class FixStream {
  readonly boot = randomUUID();
  readonly #lab: Lab;
  readonly #driverId: string;
  readonly #car: Car;
  readonly #connection: Connection;
  readonly #held = new Map<number, Held>();
  /** Seqs to send, rising. */
  #outgoing: number[] = [];
  readonly #lost: number[] = [];
  #nextSeq = 0;
  #lastTime = 0;
  #lastDueMs = 0;
  #framesInFlight = 0;
  #notBeforeMs = 0;
  #sentAgain = 0;
  /** Of the last acknowledgement, and the highest of all. */
  #ack: Pick<LocationAck, 'received' | 'durable'> | null = null;
  readonly #highest = { received: -1, durable: -1 };
  #times: number[] = [];

  constructor(lab: Lab, about: { driverId: string; car: Car; connection: Connection }) {
    this.#lab = lab;
    this.#driverId = about.driverId;
    this.#car = about.car;
    this.#connection = about.connection;
  }

  /** Takes the fix that was due at this instant, and sends what can be sent. */
  take(dueMs: number): void {
    if (this.#held.size >= MOST_HELD || this.#lab.heldFixes >= MOST_HELD_TOGETHER) this.#giveUpOldest();
    const seq = this.#nextSeq++;
    // Two fixes of one millisecond at one place would be one fix and its duplicate.
    const t = Math.max(this.#lastTime + 1, Math.round(this.#lab.clock.domainAt(dueMs)));
    this.#lastTime = t;
    this.#lastDueMs = dueMs;
    const { lat, lng, speed, heading } = this.#car.at(dueMs);
    this.#held.set(seq, { fix: [seq, t, lat, lng, speed, heading], dueMs });
    this.#lab.heldFixes++;
    this.#outgoing.push(seq);
    this.#noteTaken(t);
    if (this.#connection.isConnected) this.send();
    // The fix is sent later, and its latency says how much later; that it could not be sent when it was due is a failure of its own.
    else this.#lab.recorder.failed('location', 'DISCONNECTED');
  }

  /** Takes one beside the schedule, unless the newest one is as good: two within a few ms look like a jump, since times are whole ms. */
  takeNow(): void {
    const nowMs = this.#lab.nowMs();
    if (nowMs - this.#lastDueMs >= SAME_MOMENT_MS) this.take(nowMs);
  }

  send(): void {
    const { nowMs } = this.#lab;
    while (
      this.#outgoing.length > 0 &&
      this.#connection.isConnected &&
      this.#framesInFlight < MOST_FRAMES_IN_FLIGHT &&
      nowMs() >= this.#notBeforeMs
    )
      void this.#sendFrame(this.#outgoing.splice(0, MOST_IN_FRAME));
  }

  acknowledged(ack: LocationAck): void {
    if (ack.boot !== this.boot) return;
    const { received, durable, gaps } = ack;
    const before = this.#ack;
    this.#ack = { received, durable };
    this.#highest.received = Math.max(this.#highest.received, received);
    this.#highest.durable = Math.max(this.#highest.durable, durable);
    const tookBack = before !== null && (received < before.received || durable < before.durable);
    if (before === null || tookBack) this.#noteAcked(received, durable, gaps);
  }

  refused(refused: LocationRefused): void {
    if (refused.boot !== this.boot) return;
    this.#lab.recorder.count('fixes.refused', refused.items.length);
    this.#lab.note({
      kind: 'fixes.refused',
      driverId: this.#driverId,
      boot: this.boot,
      items: refused.items.map(({ seq, verdict }) => [seq, verdict]),
    });
  }

  /** Sends what is held until the server has acknowledged it, or the time is over. */
  async drain(untilMs: number): Promise<void> {
    while (this.#held.size > 0 && !this.#connection.isClosed && this.#lab.nowMs() < untilMs) {
      this.send();
      await pause(DRAIN_TURN_MS);
    }
  }

  /** The boot is over. */
  end(): void {
    if (this.#nextSeq === 0) return;
    this.#flushTimes();
    if (this.#ack !== null) this.#noteAcked(this.#ack.received, this.#ack.durable, []);
    this.#lab.note({
      kind: 'boot.ended',
      driverId: this.#driverId,
      boot: this.boot,
      why: 'closed',
      taken: this.#nextSeq,
      ...this.#highest,
      unacknowledged: rangesOf(this.#held.keys()),
      lost: rangesOf(this.#lost),
      sentAgain: this.#sentAgain,
    });
  }

  async #sendFrame(seqs: number[]): Promise<void> {
    const { recorder, nowMs, settings } = this.#lab;
    this.#framesInFlight++;
    const fixes = seqs.map((seq) => this.#held.get(seq)?.fix).filter((fix) => fix !== undefined);
    recorder.count('fixes.sent', fixes.length);
    // Fixes that were given up are never filled: the server would wait for them.
    const lowest = this.#lost.length === 0 ? {} : { lowest: Math.min(...this.#held.keys()) };
    try {
      await this.#connection.call(
        'location:update',
        { boot: this.boot, fixes, ...lowest },
        settings.ackTimeoutMs,
      );
      for (const seq of seqs) {
        const held = this.#held.get(seq);
        if (held === undefined) continue;
        recorder.observe('location.ack', nowMs() - held.dueMs);
        this.#held.delete(seq);
        this.#lab.heldFixes--;
      }
      recorder.count('fixes.acknowledged', fixes.length);
    } catch (error) {
      this.#failed(seqs, error);
    } finally {
      this.#framesInFlight--;
    }
  }

  #failed(seqs: readonly number[], error: unknown): void {
    const { recorder, nowMs } = this.#lab;
    const failure = error instanceof OperationFailed ? error : new OperationFailed('EXCEPTION');
    recorder.failed('location', failure.code);
    if (!failure.canRepeat) {
      for (const seq of seqs) this.#giveUp(seq);
      return;
    }
    this.#sentAgain += seqs.length;
    this.#outgoing = [...seqs.filter((seq) => this.#held.has(seq)), ...this.#outgoing].sort((a, b) => a - b);
    this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs() + failure.retryAfterMs);
  }

  #giveUpOldest(): void {
    const oldest = this.#held.keys().next();
    if (oldest.done) return;
    this.#giveUp(oldest.value);
    this.#outgoing = this.#outgoing.filter((seq) => seq !== oldest.value);
  }

  #giveUp(seq: number): void {
    if (!this.#held.delete(seq)) return;
    this.#lab.heldFixes--;
    this.#lost.push(seq);
    this.#lab.recorder.count('fixes.lost');
  }

  #noteTaken(t: number): void {
    if (!this.#lab.hasJournal) return;
    this.#times.push(t);
    if (this.#times.length >= TIMES_PER_ENTRY) this.#flushTimes();
  }

  #flushTimes(): void {
    if (this.#times.length === 0) return;
    const firstSeq = this.#nextSeq - this.#times.length;
    this.#lab.note({
      kind: 'fixes.taken',
      driverId: this.#driverId,
      boot: this.boot,
      firstSeq,
      times: this.#times,
    });
    this.#times = [];
  }

  #noteAcked(received: number, durable: number, gaps: LocationAck['gaps']): void {
    this.#lab.note({
      kind: 'fixes.acked',
      driverId: this.#driverId,
      boot: this.boot,
      received,
      durable,
      gaps: gaps.map(([from, to]) => [from, to]),
    });
  }
}
