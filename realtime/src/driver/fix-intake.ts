import {
  type BootId,
  CodedError,
  LIMITS,
  type LocationUpdate,
  locationUpdateSchema,
  type Verdict,
} from '@rideline/contract';
import type { JudgedFix } from '@rideline/fleet/fixes/fix-record';
import { OVER_FIX_BUDGET } from '@rideline/fleet/tracks/fix-budget';
import { admitEvent, reasonOf, refuse } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import type { BootProgress } from './boot-progress.ts';
import type { DriverBoots } from './driver-boots.ts';
import type { DriverContext } from './driver-context.ts';
import type { FixAcknowledgements } from './fix-acknowledgements.ts';
import type { FixAllowance } from './fix-allowance.ts';
import type { LiveDriver } from './live-driver.ts';
import { isLocationUpdate } from './location-frame.ts';

interface WaitingFrame {
  readonly frame: LocationUpdate;
  readonly ack: unknown;
}

/** Ms that frames wait for Redis to return the epoch and the boots; then they go to the log without them (SPEC DEG-3). */
export const SESSION_WAIT_MS = 500;
const BUSY_RETRY_MS = { buffer: 1000, memory: 5000 } as const;
/** Boot in the record of a driver that has sent no fix yet. */
const NO_BOOT = 'none' as BootId;

/** The frame's own acknowledgement callback, when the phone asked for one. */
const callbackOf = (ack: unknown) => (typeof ack === 'function' ? (ack as (reply: object) => void) : null);

/** Takes a driver's frames from the wire to the log. `onFrame` is the hot path: no promise, closure or schema per frame. */
export class FixIntake {
  readonly #socket: AnySocket;
  readonly #context: DriverContext;
  readonly #live: LiveDriver;
  readonly #boots: DriverBoots;
  readonly #acks: FixAcknowledgements;
  readonly #allowance: FixAllowance;
  /** Frames that wait for the session or for the index of their boot; null when frames need not wait. */
  #waiting: WaitingFrame[] | null = [];

  constructor(
    socket: AnySocket,
    context: DriverContext,
    parts: { live: LiveDriver; boots: DriverBoots; acks: FixAcknowledgements; allowance: FixAllowance },
  ) {
    this.#socket = socket;
    this.#context = context;
    this.#live = parts.live;
    this.#boots = parts.boots;
    this.#acks = parts.acks;
    this.#allowance = parts.allowance;
  }

  /** A `location:update` as it came from the wire. */
  readonly onFrame = (frame: unknown, ack: unknown): void => {
    if (!this.#socket.connected || !admitEvent(this.#socket, ack, this.#context)) return;
    if (!isLocationUpdate(frame)) {
      const { error } = locationUpdateSchema.safeParse(frame);
      const reason = error && reasonOf(error);
      refuse(ack, new CodedError('VALIDATION', reason).toRefusal(), this.#context.metrics);
      return;
    }
    if (this.#waiting !== null) this.#wait(frame, ack);
    else this.#takeFrame(frame, ack, this.#context.wallMs());
  };

  /** Takes the frames that waited; frames that arrive from now on do not wait. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { frame, ack } of waiting ?? []) {
      // A frame of an unknown boot makes those behind it wait again.
      if (this.#waiting !== null) this.#wait(frame, ack);
      else this.#takeFrame(frame, ack, this.#context.wallMs());
    }
  }

  close(): void {
    this.#waiting = null;
  }

  /** Appends a record without fixes: operators' maps read the status from the log, as they read the fixes. */
  appendStatus(): void {
    const { fixLog, wallMs } = this.#context;
    if (fixLog.refusal(1) !== null) return;
    const progress = this.#boots.newest;
    const record = {
      driverId: this.#live.driverId,
      boot: progress?.boot ?? NO_BOOT,
      bootIndex: progress?.index ?? 0,
      status: this.#live.effectiveStatus,
      receivedAt: wallMs(),
      lowest: 0,
      fixes: [],
    };
    fixLog.append(record, { owner: this.#acks, received: null, ack: null });
  }

  #wait(frame: LocationUpdate, ack: unknown): void {
    if (this.#waiting !== null && this.#waiting.length < LIMITS.framesInFlight)
      this.#waiting.push({ frame, ack });
    else this.#refuseBusy(ack, 'buffer');
  }

  #takeFrame(frame: LocationUpdate, ack: unknown, nowMs: number): void {
    const seen = this.#boots.find(frame.boot);
    if (seen === undefined && this.#boots.full) {
      refuse(ack, new CodedError('VALIDATION', 'too many boots').toRefusal(), this.#context.metrics);
      return;
    }
    const progress = seen ?? this.#addBoot(frame.boot);
    if (progress === null) {
      this.#wait(frame, ack);
      return;
    }
    this.#boots.use(progress);
    this.#context.counters.frames++;
    if (frame.lowest !== undefined) progress.giveUpBelow(frame.lowest);
    const full =
      this.#acks.framesInFlight >= LIMITS.framesInFlight
        ? 'buffer'
        : this.#context.fixLog.refusal(frame.fixes.length);
    if (full !== null) {
      this.#live.showWithoutTaking(frame, progress, nowMs);
      this.#refuseBusy(ack, full);
      return;
    }
    const waitMs = this.#allowance.take(progress.costOf(frame.fixes), nowMs);
    if (waitMs > 0) {
      this.#live.showWithoutTaking(frame, progress, nowMs);
      this.#refuseOverBudget(frame, ack, waitMs);
      return;
    }
    const fixes = this.#live.judge(frame, progress, nowMs);
    if (fixes.length === 0) this.#answerRepeated(frame, progress, ack);
    else this.#append(fixes, frame, progress, ack, nowMs);
  }

  /** Adds a boot that this connection has not seen. null: Redis is asked for its index, and frames wait up to SESSION_WAIT_MS for the answer. */
  #addBoot(boot: BootId): BootProgress | null {
    const progress = this.#boots.add(boot);
    if (progress.index !== 0) return progress;
    this.#waiting = [];
    const timer = setTimeout(() => this.release(), SESSION_WAIT_MS);
    void this.#boots.number(progress).then(() => {
      clearTimeout(timer);
      if (this.#waiting !== null) this.release();
    });
    return null;
  }

  #append(
    fixes: JudgedFix[],
    { boot, lowest }: LocationUpdate,
    progress: BootProgress,
    ack: unknown,
    receivedAt: number,
  ): void {
    const from = (fixes[0] as JudgedFix).seq;
    let contiguous = true;
    const refused: { seq: number; verdict: Verdict }[] = [];
    for (let at = 0; at < fixes.length; at++) {
      const { seq, verdict } = fixes[at] as JudgedFix;
      if (seq !== from + at) contiguous = false;
      if (verdict !== 'ok') refused.push({ seq, verdict });
    }
    if (refused.length > 0) this.#socket.emit('location:refused', { boot, items: refused });
    this.#acks.framesInFlight++;
    const reply = callbackOf(ack);
    this.#context.fixLog.append(
      {
        driverId: this.#live.driverId,
        boot,
        bootIndex: progress.index,
        status: this.#live.effectiveStatus,
        receivedAt,
        lowest: lowest ?? 0,
        fixes,
      },
      {
        owner: this.#acks,
        received: {
          progress,
          from,
          to: from + fixes.length - 1,
          others: contiguous ? null : fixes.map(({ seq }) => seq),
          fixes: fixes.length,
          refused: refused.length > 0,
        },
        ack: reply,
      },
      reply !== null,
    );
  }

  /** All fixes of the frame had been taken before: it is answered when they are in the log, with the cumulative acknowledgement. */
  #answerRepeated(frame: LocationUpdate, progress: BootProgress, ack: unknown): void {
    const reply = callbackOf(ack);
    if (frame.fixes.every(([seq]) => progress.hasReceived(seq))) {
      reply?.({ ok: true });
      this.#acks.send(progress);
      return;
    }
    if (reply === null) return;
    this.#acks.framesInFlight++;
    this.#context.fixLog.follow(this.#live.driverId, { owner: this.#acks, received: null, ack: reply });
  }

  /** The driver has used up the budget of fixes: the frame stays on the phone. */
  #refuseOverBudget({ fixes }: LocationUpdate, ack: unknown, retryAfterMs: number): void {
    const { counters, metrics } = this.#context;
    counters.overBudget += fixes.length;
    refuse(ack, new CodedError('SCALE_003', OVER_FIX_BUDGET, { retryAfterMs }).toRefusal(), metrics);
  }

  #refuseBusy(ack: unknown, why: keyof typeof BUSY_RETRY_MS): void {
    const retryAfterMs = Math.round(BUSY_RETRY_MS[why] * (1 + Math.random() / 2));
    refuse(ack, new CodedError('BUSY', undefined, { retryAfterMs }).toRefusal(), this.#context.metrics);
  }
}
