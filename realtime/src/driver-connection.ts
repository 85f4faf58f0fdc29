import {
  type BootId,
  CodedError,
  type DriverId,
  type DriverStatus,
  type DriverStatusValue,
  LIMITS,
  type LocationUpdate,
  type TripId,
  type Verdict,
} from '@rideline/contract';
import { type DriverSession, type KnownBoot, registerBoot } from '@rideline/fleet/driver-session';
import { type HygieneMemory, isNewer, judgeFix } from '@rideline/fleet/fix-hygiene';
import type { FixLog } from '@rideline/fleet/fix-log';
import type { FixRecord, JudgedFix } from '@rideline/fleet/fix-record';
import type { LivePosition, Placement } from '@rideline/fleet/live-index';
import { ageMs, type Clock } from '@rideline/platform/clock';
import type { Config } from '@rideline/platform/config';
import type { RedisClient } from '@rideline/platform/redis';
import type { AckDue, AckWheel } from './ack-wheel.ts';
import { BootProgress } from './boot-progress.ts';
import type { FixCounters } from './fix-counters.ts';
import type { LiveWriter, Placeable } from './live-writer.ts';
import { isLocationUpdate } from './location-frame.ts';
import { admitEvent, type ListenerContext, refuse, sayGoodbye } from './on.ts';
import type { AnySocket } from './socket-data.ts';
import { newTrail, type TripAppender, type TripTrail } from './trip-appender.ts';

/** What all drivers' connections of a gateway share. */
export interface DriverContext extends ListenerContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly state: RedisClient;
  readonly fixLog: FixLog<PendingFrame>;
  readonly liveWriter: LiveWriter;
  readonly tripAppender: TripAppender;
  readonly ackWheel: AckWheel;
  readonly counters: FixCounters;
}

/** A frame on its way to the log. */
export interface PendingFrame {
  readonly connection: DriverConnection;
  /** null: a record without fixes, or a frame that only waits for those before it. */
  readonly progress: BootProgress | null;
  readonly from: number;
  readonly to: number;
  /** The seqs when they are not all from `from` to `to`. */
  readonly others: readonly number[] | null;
  readonly fixes: number;
  readonly refused: boolean;
  readonly ack: ((reply: object) => void) | null;
}

interface WaitingFrame {
  readonly frame: LocationUpdate;
  readonly ack: unknown;
}

/** Ms that frames wait for Redis to tell epoch and boots; then they go to the log without (SPEC DEG-2). */
const SESSION_WAIT_MS = 500;
const RETRY_MS = 1000;
const BUSY_RETRY_MS = 1000;
const MEMORY_RETRY_MS = 5000;

/**
 * One driver's socket: fixes in, acknowledgements out. `onFrame` is the hot path: no promise, closure or schema per frame.
 */
export class DriverConnection implements AckDue, Placeable {
  readonly driverId: DriverId;
  readonly socket: AnySocket;
  readonly #context: DriverContext;
  ackScheduled = false;
  liveMarked = false;

  #epoch = 0;
  #status: DriverStatusValue = 'offline';
  #statusGiven = false;
  #closed = false;
  readonly #memory: HygieneMemory = { newest: null, suspect: null };
  #position: LivePosition | null = null;
  #seenAt = 0;
  #trail: TripTrail | null = null;
  #known: readonly KnownBoot[] = [];
  readonly #boots = new Map<BootId, BootProgress>();
  /** The boot of the last frame. */
  #boot: BootProgress | null = null;
  #framesInFlight = 0;
  /** Frames that wait for the session or for their boot's index; null when none has to. */
  #waiting: WaitingFrame[] | null = [];

  constructor(driverId: DriverId, socket: AnySocket, context: DriverContext) {
    this.driverId = driverId;
    this.socket = socket;
    this.#context = context;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get status(): DriverStatusValue {
    return this.#status;
  }

  get tripId(): TripId | null {
    return this.#trail?.tripId ?? null;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The acknowledgement of the newest boot, null before one is known. */
  get ack() {
    const newest = this.#boot ?? [...this.#boots.values()].at(-1);
    if (newest) return newest.ack();
    const known = this.#known.at(-1);
    return known ? new BootProgress(known.boot, known).ack() : null;
  }

  // ── session ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The driver was taken over: what the server knew of him joins what the connection has seen since. */
  adopt(session: DriverSession): void {
    this.#epoch = session.epoch;
    this.#known = session.boots;
    if (!this.#statusGiven) this.#status = session.status;
    for (const progress of this.#boots.values()) void this.#register(progress);
    // What came on this connection before it could ask is newer than what any other has placed.
    if (session.newest !== null && this.#memory.newest === null) {
      this.#memory.newest = session.newest;
      this.#position = session.newest;
      this.#seenAt = this.#wallInstantOf(session.newest.t);
    }
    this.setTrip(session.tripId);
    if (this.#statusGiven) this.#context.liveWriter.mark(this);
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

  /** To be called `SESSION_WAIT_MS` after the connection was made. */
  static readonly sessionWaitMs = SESSION_WAIT_MS;

  setTrip(tripId: TripId | null): void {
    if (this.tripId === tripId) return;
    this.#trail = tripId === null ? null : newTrail(tripId, this.driverId);
    // Followers see the car where it is now, not with its next fix.
    if (this.#trail !== null) this.#followTrail(this.#trail);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = null;
  }

  replaced(): void {
    if (this.#closed) return;
    this.close();
    sayGoodbye(this.socket, { code: 'CONNECTION_REPLACED' }, this.#context);
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
    else this.#refuseBusy(ack, BUSY_RETRY_MS);
  }

  #takeFrame(frame: LocationUpdate, ack: unknown, nowMs: number): void {
    const progress = this.#boot?.boot === frame.boot ? this.#boot : this.#bootOf(frame.boot);
    if (progress === null) {
      this.#wait(frame, ack);
      return;
    }
    this.#boot = progress;
    const { fixLog, counters } = this.#context;
    counters.frames.inc();
    if (frame.lowest !== undefined) progress.giveUpBelow(frame.lowest);
    const full =
      this.#framesInFlight >= LIMITS.framesInFlight ? 'buffer' : fixLog.refusal(frame.fixes.length);
    if (full !== null) {
      this.#showWithoutTaking(frame, progress, nowMs);
      this.#refuseBusy(ack, full === 'memory' ? MEMORY_RETRY_MS : BUSY_RETRY_MS);
      return;
    }
    const fixes = this.#judge(frame, progress, nowMs);
    if (fixes.length === 0) this.#answerAgain(frame, progress, ack);
    else this.#append(fixes, frame, progress, ack, nowMs);
  }

  /** Judges what has not been taken yet, moves the live position, and tells the phone which fixes were refused. */
  #judge(frame: LocationUpdate, progress: BootProgress, nowMs: number): JudgedFix[] {
    const { clock, counters } = this.#context;
    const domainNowMs = clock.domainMs();
    const fixes: JudgedFix[] = [];
    let newest: JudgedFix | null = null;
    for (const wire of frame.fixes) {
      if (progress.isTaken(wire[0])) {
        counters.again.inc();
        continue;
      }
      const before = this.#memory.newest;
      const fix = judgeFix(this.#memory, wire, progress.index, domainNowMs);
      progress.take(fix.seq);
      fixes.push(fix);
      counters.verdicts[fix.verdict].inc();
      if (this.#memory.newest !== before) newest = fix;
      else if (fix.verdict === 'ok') counters.late.inc();
    }
    if (newest !== null) {
      counters.age.observe(Math.max(0, ageMs(clock, newest.t)) / 1000);
      this.#move(newest, progress, nowMs);
    }
    return fixes;
  }

  #append(
    fixes: JudgedFix[],
    frame: LocationUpdate,
    progress: BootProgress,
    ack: unknown,
    nowMs: number,
  ): void {
    const first = (fixes[0] as JudgedFix).seq;
    const contiguous = fixes.every((fix, at) => fix.seq === first + at);
    const refused: { seq: number; verdict: Verdict }[] = [];
    for (const { seq, verdict } of fixes) if (verdict !== 'ok') refused.push({ seq, verdict });
    if (refused.length > 0) this.socket.emit('location:refused', { boot: frame.boot, items: refused });
    this.#framesInFlight++;
    this.#context.fixLog.append(
      this.#record(progress.boot, progress.index, frame.lowest ?? 0, nowMs, fixes),
      {
        connection: this,
        progress,
        from: first,
        to: first + fixes.length - 1,
        others: contiguous ? null : fixes.map((fix) => fix.seq),
        fixes: fixes.length,
        refused: refused.length > 0,
        ack: typeof ack === 'function' ? (ack as PendingFrame['ack']) : null,
      },
    );
  }

  #record(boot: BootId, bootIndex: number, lowest: number, nowMs: number, fixes: JudgedFix[]): FixRecord {
    return {
      driverId: this.driverId,
      boot,
      bootIndex,
      status: this.#status,
      receivedAt: nowMs,
      lowest,
      fixes,
    };
  }

  /** All of the frame had been taken before: it is answered when it is in the log, and the phone hears how far it is. */
  #answerAgain(frame: LocationUpdate, progress: BootProgress, ack: unknown): void {
    if (frame.fixes.every(([seq]) => progress.hasReceived(seq))) {
      if (typeof ack === 'function') ack({ ok: true });
      this.#sendAck(progress);
      return;
    }
    if (typeof ack !== 'function') return;
    this.#framesInFlight++;
    this.#context.fixLog.follow(this.driverId, {
      connection: this,
      progress: null,
      from: 0,
      to: 0,
      others: null,
      fixes: 0,
      refused: false,
      ack: ack as PendingFrame['ack'],
    });
  }

  /** The frame stays on the phone and comes again; its newest good position is shown all the same, so that no rider's map stands still. */
  #showWithoutTaking(frame: LocationUpdate, progress: BootProgress, nowMs: number): void {
    const memory = { ...this.#memory };
    const domainNowMs = this.#context.clock.domainMs();
    let newest: JudgedFix | null = null;
    for (const wire of frame.fixes) {
      const before = memory.newest;
      const fix = judgeFix(memory, wire, progress.index, domainNowMs);
      if (memory.newest !== before) newest = fix;
    }
    if (newest !== null) this.#move(newest, progress, nowMs);
  }

  #refuseBusy(ack: unknown, retryAfterMs: number): void {
    const jitteredMs = Math.round(retryAfterMs * (1 + Math.random() / 2));
    refuse(
      ack,
      new CodedError('BUSY', undefined, { retryAfterMs: jitteredMs }).toRefusal(),
      this.#context.metrics,
    );
  }

  /** The log has the frame. */
  onAppended(frame: PendingFrame): void {
    const { progress } = frame;
    if (frame.progress !== null || frame.ack !== null) this.#framesInFlight--;
    if (progress !== null) {
      progress.receive(frame.from, frame.to, frame.others);
      progress.unacked += frame.fixes;
    }
    if (this.#closed) return;
    if (frame.ack !== null) frame.ack({ ok: true });
    if (progress === null) return;
    if (frame.refused || progress.unacked >= LIMITS.ackEveryFixes) this.#sendAck(progress);
    else this.#context.ackWheel.schedule(this);
  }

  ackDue(): void {
    if (this.#closed) return;
    for (const progress of this.#boots.values()) if (progress.unacked > 0) this.#sendAck(progress);
  }

  /** More of a boot is in Mongo: the phone hears it with the next acknowledgement. */
  onDurable(boot: BootId, durable: number): void {
    const progress = this.#boots.get(boot);
    if (progress?.raiseDurable(durable)) {
      progress.unacked ||= 1;
      this.#context.ackWheel.schedule(this);
    }
  }

  #sendAck(progress: BootProgress): void {
    progress.unacked = 0;
    this.#context.counters.acks.inc();
    this.socket.emit('location:ack', progress.ack());
  }

  // ── boots ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** null: the boot has not been seen on this connection and the server has to be asked; frames wait. */
  #bootOf(boot: BootId): BootProgress | null {
    const seen = this.#boots.get(boot);
    if (seen) return seen;
    const known = this.#known.find((candidate) => candidate.boot === boot);
    const progress = new BootProgress(boot, known);
    this.#boots.set(boot, progress);
    if (known !== undefined) return progress;
    this.#waiting = [];
    const timer = setTimeout(() => this.releaseWaiting(), SESSION_WAIT_MS);
    void this.#register(progress).finally(() => {
      clearTimeout(timer);
      if (this.#waiting !== null) this.releaseWaiting();
    });
    return null;
  }

  /** Asks the server for the boot's index until it answers. */
  async #register(progress: BootProgress): Promise<void> {
    const { state, config, log } = this.#context;
    while (progress.index === 0 && !this.#closed && this.#epoch > 0) {
      try {
        progress.learn(await registerBoot(state, config.region, this.driverId, progress.boot));
        this.#numberProvisional(progress);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'boot not registered yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** What was judged before the boot had its index gets it now. */
  #numberProvisional({ index }: BootProgress): void {
    if (this.#memory.newest?.bootIndex === 0)
      this.#memory.newest = { ...this.#memory.newest, bootIndex: index };
    if (this.#memory.suspect?.bootIndex === 0)
      this.#memory.suspect = { ...this.#memory.suspect, bootIndex: index };
    if (this.#position?.bootIndex === 0) {
      this.#position = { ...this.#position, bootIndex: index };
      this.#context.liveWriter.mark(this);
    }
  }

  // ── live position and status ────────────────────────────────────────────────────────────────────────────────────

  #move(fix: JudgedFix, progress: BootProgress, nowMs: number): void {
    if (fix.lat === null || fix.lng === null) return;
    if (this.#position !== null && !isNewer(progress.index, fix.seq, this.#position)) return;
    this.#position = {
      lat: fix.lat,
      lng: fix.lng,
      heading: fix.heading,
      speed: fix.speed,
      t: fix.t,
      receivedAt: nowMs,
      seq: fix.seq,
      bootIndex: progress.index,
    };
    this.#seenAt = this.#wallInstantOf(fix.t);
    this.#context.liveWriter.mark(this);
    if (this.#trail !== null) this.#followTrail(this.#trail);
  }

  /** Never in the future: a phone whose clock runs ahead is not fresher than now. */
  #wallInstantOf(t: number): number {
    const { clock } = this.#context;
    return clock.wallMs() - Math.max(0, ageMs(clock, t));
  }

  readonly #newestPosition = (): LivePosition | null =>
    this.#closed || this.#position?.bootIndex === 0 ? null : this.#position;

  #followTrail(trail: TripTrail): void {
    void this.#context.tripAppender.append(trail, this.#newestPosition);
  }

  placement(): Placement | null {
    if (this.#epoch === 0 || this.#closed) return null;
    const position = this.#position?.bootIndex === 0 ? null : this.#position;
    return {
      driverId: this.driverId,
      epoch: this.#epoch,
      status: this.#status,
      position,
      seenAt: Math.round(this.#seenAt),
    };
  }

  /** The driver says what he is. The map of operators learns it from the log, with the fixes. */
  giveStatus({ status }: DriverStatus): void {
    this.#status = status;
    this.#statusGiven = true;
    if (this.#context.fixLog.refusal(1) !== null) return;
    const progress = this.#boot;
    const record = this.#record(
      progress?.boot ?? ('none' as BootId),
      progress?.index ?? 0,
      0,
      this.#context.wallMs(),
      [],
    );
    this.#context.fixLog.append(record, {
      connection: this,
      progress: null,
      from: 0,
      to: 0,
      others: null,
      fixes: 0,
      refused: false,
      ack: null,
    });
  }
}
