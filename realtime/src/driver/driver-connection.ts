import {
  type BootId,
  CodedError,
  type DriverId,
  type DriverStatusValue,
  LIMITS,
  type LocationAck,
  type LocationUpdate,
  type TripId,
  type Verdict,
} from '@rideline/contract';
import type { JudgedFix } from '@rideline/fleet/fixes/fix-record';
import type { DriverSession } from '@rideline/fleet/live/driver-session';
import type { LivePosition, Placement } from '@rideline/fleet/live/live-index';
import { admitEvent, refuse, sayGoodbye } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { directEvent, sendDirectly } from '../wire/direct-send.ts';
import type { AckDue } from './ack-wheel.ts';
import type { BootProgress } from './boot-progress.ts';
import { DriverBoots } from './driver-boots.ts';
import type { DriverContext, FrameOwner, PendingFrame } from './driver-context.ts';
import { DriverOffers, type OfferContext } from './driver-offers.ts';
import { DriverTrack } from './driver-track.ts';
import type { Placeable } from './live-writer.ts';
import { isLocationUpdate } from './location-frame.ts';

interface WaitingFrame {
  readonly frame: LocationUpdate;
  readonly ack: unknown;
}

/** Ms that frames wait for Redis to tell epoch and boots; then they go to the log without (SPEC DEG-3). */
export const SESSION_WAIT_MS = 500;
const BUSY_RETRY_MS = { buffer: 1000, memory: 5000 } as const;
/** Stands in a record of a driver who has sent no fix yet. */
const NO_BOOT = 'none' as BootId;

/** The frame's own acknowledgement, when it asked for one. */
const askedFor = (ack: unknown) => (typeof ack === 'function' ? (ack as (reply: object) => void) : null);

/** One driver's socket: fixes in, acknowledgements out. `onFrame` is the hot path: no promise, closure or schema per frame. */
export class DriverConnection implements AckDue, Placeable, FrameOwner {
  readonly driverId: DriverId;
  readonly socket: AnySocket;
  ackScheduled = false;
  liveMarked = false;
  /** On their way to the phone. */
  readonly offers: DriverOffers;
  readonly #context: DriverContext;
  readonly #boots: DriverBoots;
  readonly #track: DriverTrack;
  #epoch = 0;
  #tripRev = 0;
  #tookAt = 0;
  #status: DriverStatusValue = 'offline';
  #statusGiven = false;
  #closed = false;
  #framesInFlight = 0;
  /** Frames that wait for the session or for their boot's place; null when none has to. */
  #waiting: WaitingFrame[] | null = [];

  constructor(
    driverId: DriverId,
    socket: AnySocket,
    context: DriverContext & { readonly claims: OfferContext['claims'] },
  ) {
    this.driverId = driverId;
    this.socket = socket;
    this.#context = context;
    this.offers = new DriverOffers(driverId, socket, context);
    this.#track = new DriverTrack(driverId, context, () => context.liveWriter.mark(this));
    this.#boots = new DriverBoots(driverId, context, ({ index }) => this.#track.number(index));
  }

  /** 0 until the session is open. */
  get epoch(): number {
    return this.#epoch;
  }

  /** What the driver says that he is. */
  get status(): DriverStatusValue {
    return this.#status;
  }

  /** What he is for everybody else: busy while he is on a trip, whatever he says. */
  get effectiveStatus(): DriverStatusValue {
    return this.tripId === null ? this.#status : 'busy';
  }

  /** Where his newest fix has him. */
  get position(): LivePosition | null {
    return this.#track.position();
  }

  get tripId(): TripId | null {
    return this.#track.tripId;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How far the newest boot is, null before one is known. */
  get ack(): LocationAck | null {
    return this.#boots.ack();
  }

  // ── session ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The driver was taken over: what the server knew of him joins what the connection has seen since. */
  adopt(session: DriverSession): void {
    this.#epoch = session.epoch;
    if (!this.#statusGiven) this.#status = session.status;
    this.#track.startFrom(session.newest);
    this.#boots.open(session.boots);
    // A change that was heard before this answer is newer than it.
    if (session.tripRev >= this.#tripRev) {
      this.#tripRev = session.tripRev;
      this.#track.setTrip(session.tripId);
    }
    this.#context.liveWriter.mark(this);
    this.releaseWaiting();
  }

  /** Takes the frames that waited; those that come from now on do not wait. */
  releaseWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { frame, ack } of waiting ?? []) {
      // A frame of an unknown boot makes those behind it wait again.
      if (this.#waiting !== null) this.#wait(frame, ack);
      else this.#takeFrame(frame, ack, this.#context.wallMs());
    }
  }

  /** The trip that he is on, as his hash had it at its change number `rev`. What is older than what is known already is left out. */
  setTrip(tripId: TripId | null, rev: number): void {
    if (rev < this.#tripRev) return;
    this.repairTrip(tripId, rev);
  }

  /** Change number of the trip that is known. */
  get tripRev(): number {
    return this.#tripRev;
  }

  /** Takes what his hash says, whatever is known here: it may have been lost and be written anew, from 1. */
  repairTrip(tripId: TripId | null, rev: number): void {
    this.#tripRev = rev;
    this.#showTrip(tripId);
  }

  /** His place in the search changes with his trip, at once. */
  #showTrip(tripId: TripId | null): void {
    const before = this.effectiveStatus;
    this.#track.setTrip(tripId);
    if (this.effectiveStatus !== before) this.#showStatus();
  }

  /** He has just accepted a trip: he is out of the search before the relay has told. */
  tookTrip(tripId: TripId): void {
    this.#tookAt = this.#context.wallMs();
    if (this.tripId === null) this.#showTrip(tripId);
  }

  /** Wall instant at which he last accepted a trip, 0 for never. */
  get tookAt(): number {
    return this.#tookAt;
  }

  #showStatus(): void {
    const { liveWriter, log } = this.#context;
    this.#logStatus();
    liveWriter.placeNow(this).catch((error: Error) => {
      log.warn({ reason: error.message }, 'a driver is not placed yet');
      liveWriter.mark(this);
    });
  }

  close(): void {
    this.#closed = true;
    this.offers.close();
    this.#waiting = null;
    this.#boots.close();
  }

  replaced(): void {
    if (this.#closed) return;
    this.close();
    sayGoodbye(this.socket, { code: 'CONNECTION_REPLACED' }, this.#context);
  }

  /** The driver says what he is. */
  giveStatus(status: DriverStatusValue): void {
    this.#status = status;
    this.#statusGiven = true;
    this.#logStatus();
  }

  /** Operators' maps learn a status from the log, with the fixes. */
  #logStatus(): void {
    const { fixLog, wallMs } = this.#context;
    if (fixLog.refusal(1) !== null) return;
    const progress = this.#boots.newest;
    const record = {
      driverId: this.driverId,
      boot: progress?.boot ?? NO_BOOT,
      bootIndex: progress?.index ?? 0,
      status: this.effectiveStatus,
      receivedAt: wallMs(),
      lowest: 0,
      fixes: [],
    };
    fixLog.append(record, { owner: this, received: null, ack: null });
  }

  placement(): Placement | null {
    if (this.#epoch === 0 || this.#closed) return null;
    return {
      driverId: this.driverId,
      epoch: this.#epoch,
      status: this.effectiveStatus,
      position: this.#track.position(),
    };
  }

  // ── fixes ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A `location:update` as it came from the wire. */
  readonly onFrame = (frame: unknown, ack: unknown): void => {
    if (this.#closed || !admitEvent(this.socket, ack, this.#context)) return;
    if (!isLocationUpdate(frame)) {
      refuse(ack, new CodedError('VALIDATION').toRefusal(), this.#context.metrics);
      return;
    }
    if (this.#waiting !== null) this.#wait(frame, ack);
    else this.#takeFrame(frame, ack, this.#context.wallMs());
  };

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
    const progress = seen ?? this.#meetBoot(frame.boot);
    if (progress === null) {
      this.#wait(frame, ack);
      return;
    }
    this.#boots.use(progress);
    this.#context.counters.frames++;
    if (frame.lowest !== undefined) progress.giveUpBelow(frame.lowest);
    const full =
      this.#framesInFlight >= LIMITS.framesInFlight
        ? 'buffer'
        : this.#context.fixLog.refusal(frame.fixes.length);
    if (full !== null) {
      this.#track.showWithoutTaking(frame, progress, nowMs);
      this.#refuseBusy(ack, full);
      return;
    }
    const fixes = this.#track.judge(frame, progress, nowMs);
    if (fixes.length === 0) this.#answerAgain(frame, progress, ack);
    else this.#append(fixes, frame, progress, ack, nowMs);
  }

  /** A boot that this connection has not seen. null: its place has to be asked for, and frames wait a little for the answer. */
  #meetBoot(boot: BootId): BootProgress | null {
    const progress = this.#boots.add(boot);
    if (progress.index !== 0) return progress;
    this.#waiting = [];
    const timer = setTimeout(() => this.releaseWaiting(), SESSION_WAIT_MS);
    void this.#boots.number(progress).then(() => {
      clearTimeout(timer);
      if (this.#waiting !== null && !this.#closed) this.releaseWaiting();
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
    if (refused.length > 0) this.socket.emit('location:refused', { boot, items: refused });
    this.#framesInFlight++;
    const asked = askedFor(ack);
    this.#context.fixLog.append(
      {
        driverId: this.driverId,
        boot,
        bootIndex: progress.index,
        status: this.effectiveStatus,
        receivedAt,
        lowest: lowest ?? 0,
        fixes,
      },
      {
        owner: this,
        received: {
          progress,
          from,
          to: from + fixes.length - 1,
          others: contiguous ? null : fixes.map(({ seq }) => seq),
          fixes: fixes.length,
          refused: refused.length > 0,
        },
        ack: asked,
      },
      asked !== null,
    );
  }

  /** All of the frame had been taken before: it is answered when it is in the log, and the phone hears how far it is. */
  #answerAgain(frame: LocationUpdate, progress: BootProgress, ack: unknown): void {
    if (frame.fixes.every(([seq]) => progress.hasReceived(seq))) {
      askedFor(ack)?.({ ok: true });
      this.#sendAck(progress);
      return;
    }
    if (askedFor(ack) === null) return;
    this.#framesInFlight++;
    this.#context.fixLog.follow(this.driverId, { owner: this, received: null, ack: askedFor(ack) });
  }

  #refuseBusy(ack: unknown, why: keyof typeof BUSY_RETRY_MS): void {
    const retryAfterMs = Math.round(BUSY_RETRY_MS[why] * (1 + Math.random() / 2));
    refuse(ack, new CodedError('BUSY', undefined, { retryAfterMs }).toRefusal(), this.#context.metrics);
  }

  // ── acknowledgements ────────────────────────────────────────────────────────────────────────────────────────────

  /** The log has the frame. */
  onAppended({ received, ack }: PendingFrame): void {
    if (received !== null || ack !== null) this.#framesInFlight--;
    if (received !== null) {
      const { progress, from, to, others } = received;
      progress.receive(from, to, others);
      progress.unacked += received.fixes;
    }
    if (this.#closed) return;
    ack?.({ ok: true });
    if (received === null) return;
    if (received.refused || received.progress.unacked >= LIMITS.ackEveryFixes)
      this.#sendAck(received.progress);
    else this.#context.ackWheel.schedule(this);
  }

  /** The log was restarted and may have lost its end: the phone is told at once, and sends again what is not durable. */
  onLogRestarted(): void {
    if (this.#closed) return;
    for (const progress of this.#boots.seen) {
      progress.forgetLogged();
      this.#sendAck(progress);
    }
  }

  ackDue(): void {
    if (this.#closed) return;
    for (const progress of this.#boots.seen) if (progress.unacked > 0) this.#sendAck(progress);
  }

  /** More of a boot is in Mongo: the phone hears it with the next acknowledgement. */
  onDurable(boot: BootId, durable: number): void {
    const progress = this.#boots.find(boot);
    if (!progress?.raiseDurable(durable)) return;
    progress.unacked ||= 1;
    this.#context.ackWheel.schedule(this);
  }

  #sendAck(progress: BootProgress): void {
    progress.unacked = 0;
    this.#context.counters.acks++;
    sendDirectly(this.socket, directEvent(this.socket.nsp.name, 'location:ack', progress.ack()));
  }
}
