import type { Ack, LocationAck } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import type { Outbox, OutboxFrame } from './outbox.ts';

/** What is needed of a connection. */
export type UplinkConnection = Pick<Connection, 'send' | 'request'>;

export interface BootSenderParts {
  readonly boot: string;
  readonly outbox: Outbox;
  readonly clock: SdkClock;
  readonly connection: UplinkConnection;
  /** false: a fix still waits for its time, and no frame may take it. */
  readonly isReady: () => boolean;
  /** What the outbox holds has changed by an answer of the server. */
  readonly onAnswer: () => void;
  readonly onRejected: (lost: { boot: string; seqs: number[]; code: string }) => void;
}

const FRAME_TIMEOUT_MS = 10_000;
/** Wait after a retryable refusal without a time from the server. */
const BUSY_MS = 1000;

/** The effects around the outbox of one boot: sends its frames, passes it the server's answers, and wakes it in time. */
export class BootSender {
  readonly #parts: BootSenderParts;
  readonly #clock: SdkClock;
  readonly #timer: Timer;
  /** Raised when a connection begins: an answer from an earlier one must not affect what is in flight now. */
  #session = 0;
  #flowing = false;
  busyAnswers = 0;
  framesSent = 0;

  constructor(parts: BootSenderParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#timer = new Timer(parts.clock);
  }

  get outbox(): Outbox {
    return this.#parts.outbox;
  }

  get flowing(): boolean {
    return this.#flowing;
  }

  get session(): number {
    return this.#session;
  }

  /** `ack`: what the server has of the boot; null: nothing that is known, undefined: there was no answer. */
  begin(ack: LocationAck | null | undefined): void {
    this.#session++;
    this.#flowing = true;
    this.outbox.connected(this.#clock.monotonicMs(), ack);
    this.#settle();
  }

  end(): void {
    this.#flowing = false;
    this.#timer.clear();
    this.outbox.disconnected();
  }

  /** Ignored before `begin`: the answer to `sync` follows and has the same or more. */
  acknowledge(ack: LocationAck): void {
    if (!this.#flowing) return;
    this.outbox.acknowledge(ack, this.#clock.monotonicMs());
    this.#settle();
  }

  pump(): void {
    if (!this.#flowing || !this.#parts.isReady()) return;
    const nowMs = this.#clock.monotonicMs();
    for (let frame = this.outbox.nextFrame(nowMs); frame !== undefined; frame = this.outbox.nextFrame(nowMs))
      this.#send(frame);
    const wakeAtMs = this.outbox.wakeAt(nowMs);
    if (wakeAtMs === undefined) this.#timer.clear();
    else this.#timer.set(Math.max(1, wakeAtMs - nowMs), () => this.pump());
  }

  #settle(): void {
    this.#parts.onAnswer();
    this.pump();
  }

  #send({ bulk, ...frame }: OutboxFrame): void {
    const { boot, connection } = this.#parts;
    this.framesSent++;
    const body = { boot, ...frame };
    if (!bulk) {
      connection.send('location:update', body);
      return;
    }
    const seqs = frame.fixes.map((fix) => fix[0]);
    const session = this.#session;
    void connection.request('location:update', body, FRAME_TIMEOUT_MS).then((reply) => {
      if (this.#flowing && session === this.#session) this.#onFrameAnswer(reply, seqs);
    });
  }

  #onFrameAnswer(reply: Ack, seqs: number[]): void {
    const { outbox } = this;
    const nowMs = this.#clock.monotonicMs();
    if (reply.ok) outbox.frameReceived(seqs, nowMs);
    else if (reply.code === 'TIMEOUT')
      return; // Neither taken nor refused: the resend timer covers it.
    else if (retryAdvice(reply.code) === 'later') {
      this.busyAnswers++;
      const waitMs = (reply.retryAfterMs ?? BUSY_MS) * (1 + this.#clock.random() / 4);
      if (reply.code === 'SCALE_003') outbox.frameOverBudget(seqs, waitMs, nowMs);
      else outbox.frameBusy(seqs, waitMs, nowMs);
    } else if (retryAdvice(reply.code) !== 'reauthenticate') {
      outbox.frameRejected(seqs);
      this.#parts.onRejected({ boot: this.#parts.boot, seqs, code: reply.code });
    }
    this.#settle();
  }
}
