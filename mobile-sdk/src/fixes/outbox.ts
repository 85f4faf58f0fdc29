import {
  FIX_FLAGS,
  LIMITS,
  type LocationAck,
  SEQ_MAX,
  type SeqRange,
  type WireFix,
} from '@rideline/contract';
import { FrameBudget } from './frame-budget.ts';
import { StallWatch } from './stall-watch.ts';

/** Limits and intervals of the outbox. Times are ms of one clock that never jumps. */
export interface OutboxOptions {
  /** Most fixes held; beyond it the oldest is dropped and counted. */
  capacity: number;
  /** A sent fix without acknowledgement is sent again after this time. */
  resendAfterMs: number;
  /** When `durable` has not advanced for this long, the oldest frame is sent again; doubles up to `stallMaxMs`. */
  stallMs: number;
  stallMaxMs: number;
  /** Frames per second and per burst: below the server's event limit, since status, time and sync need some of it. */
  framesPerSecond: number;
  framesBurst: number;
}

/** What is left of a boot of an earlier start of the app. */
export interface RestoredFixes {
  /** In the order of their seqs, which may have holes. */
  readonly fixes: readonly WireFix[];
  /** Shared by the boots of earlier starts. */
  readonly budget: FrameBudget;
}

export const OUTBOX_DEFAULTS: OutboxOptions = {
  capacity: 20_000,
  resendAfterMs: 3 * LIMITS.ackIntervalMs,
  stallMs: 60_000,
  stallMaxMs: 600_000,
  framesPerSecond: (LIMITS.driverEventsPerSecond * 3) / 4,
  framesBurst: LIMITS.driverEventsBurst / 2,
};

/** A frame to send now. `bulk`: old fixes, sent with an acknowledgement because the server may answer BUSY. */
export interface OutboxFrame {
  fixes: WireFix[];
  lowest?: number;
  bulk: boolean;
}

export interface OutboxStats {
  /** Fixes taken since the start: their seqs are 0 … pushed − 1. */
  pushed: number;
  /** Fixes that are not durable yet. */
  held: number;
  /** Held fixes that are sent and not acknowledged. */
  inFlight: number;
  /** Held fixes that the server has in its log. */
  received: number;
  /** Held fixes to be sent, for the first time or again. */
  waiting: number;
  /** Every seq up to this one is durable; −1 when none. */
  durable: number;
  framesSent: number;
  fixesSent: number;
  fixesResent: number;
  /** Dropped because the outbox was full. */
  overflowed: number;
  /** Dropped because the server refused their frame for good. */
  rejected: number;
}

interface Held {
  fix: WireFix;
  sends: number;
}

const FLAGS_AT = 7;
/** Frames of new fixes that may be sent in a row before the policy's interval delays them. */
const LIVE_BURST = 5;

/**
 * Keeps every fix of one boot until it is durable, and chooses what to send next. Pure: no timer, no socket, no clock; every method takes
 * the time.
 *
 * A held fix is in exactly one state: fresh (seq ≥ nextFresh: never sent, taken while online), `waiting` (to be sent as an old one),
 * `inFlight` (sent on this connection; the map is in order of sending), or received (none of the three: the server's log has it). It is
 * forgotten when it is durable, or dropped and counted.
 */
export class Outbox {
  readonly #capacity: number;
  readonly #minResendMs: number;
  readonly #budget: FrameBudget;
  readonly #stall: StallWatch;
  readonly #held = new Map<number, Held>();
  readonly #inFlight = new Map<number, number>();
  readonly #waiting = new Set<number>();
  readonly #counts = { framesSent: 0, fixesSent: 0, fixesResent: 0, overflowed: 0, rejected: 0 };
  #online = false;
  #nextSeq = 0;
  #nextFresh = 0;
  #durable = -1;
  #highestReceived = -1;
  #confirmedSentMs = Number.NEGATIVE_INFINITY;
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  #bulkAgainAtMs = Number.NEGATIVE_INFINITY;
  #pace: { intervalMs: number; budget: FrameBudget } | undefined;
  #resendAfterMs: number;
  /** Fixes in flight, of which one frame is kept for new ones. */
  readonly #room: number;

  constructor(options: Partial<OutboxOptions> = {}, restored?: RestoredFixes) {
    const all = { ...OUTBOX_DEFAULTS, ...options };
    this.#capacity = all.capacity;
    this.#minResendMs = all.resendAfterMs;
    this.#resendAfterMs = all.resendAfterMs;
    this.#budget = restored?.budget ?? new FrameBudget(all.framesPerSecond, all.framesBurst);
    this.#room = restored === undefined ? LIMITS.fixesInFlight : 2 * LIMITS.fixesPerFrame;
    // They may have been sent before, so an acknowledgement may cover them.
    for (const fix of restored?.fixes ?? []) {
      this.#held.set(fix[0], { fix, sends: 1 });
      this.#nextSeq = fix[0] + 1;
      this.#waiting.add(fix[0]);
    }
    this.#nextFresh = this.#nextSeq;
    this.#stall = new StallWatch(all.stallMs, all.stallMaxMs);
  }

  /** Numbers a fix and keeps it. The caller may still stamp the array until it is sent. */
  add(make: (seq: number) => WireFix): { seq: number; dropped: number | undefined } {
    if (this.#nextSeq > SEQ_MAX) throw new RangeError('the boot has no sequence numbers left');
    const seq = this.#nextSeq;
    const fix = make(seq);
    const dropped = this.#held.size >= this.#capacity ? this.dropOldest() : undefined;
    this.#nextSeq++;
    this.#held.set(seq, { fix, sends: 0 });
    if (!this.#online) this.#queueFresh();
    return { seq, dropped };
  }

  /**
   * A connection is up. Fixes that were in flight may be lost. `ack` is what the server knows of the boot (answer to `sync`): null when it
   * knows nothing, undefined when there was no answer.
   */
  connected(nowMs: number, ack: LocationAck | null | undefined): void {
    this.#online = true;
    this.#requeueInFlight();
    this.#queueFresh();
    this.#busyUntilMs = Number.NEGATIVE_INFINITY;
    this.#bulkAgainAtMs = Number.NEGATIVE_INFINITY;
    this.#confirmedSentMs = Number.NEGATIVE_INFINITY;
    if (ack === null) this.#takeBackAbove(-1);
    else if (ack !== undefined) this.acknowledge(ack, nowMs);
  }

  disconnected(): void {
    this.#online = false;
    this.#requeueInFlight();
    this.#queueFresh();
  }

  /**
   * The next frame that may be sent now, or undefined. A frame that is returned counts as sent.
   * New fixes are sent first and at once; old ones use what the flight limit leaves, less one frame kept free for new ones.
   */
  nextFrame(nowMs: number): OutboxFrame | undefined {
    if (!this.#online || nowMs < this.#busyUntilMs) return undefined;
    this.#requeueOverdue(nowMs);
    this.#requeueStalled(nowMs);
    if (!this.#budget.has(nowMs)) return undefined;
    const live = this.#pace?.budget.has(nowMs) === false ? [] : this.#takeFresh();
    const seqs = live.length > 0 || nowMs < this.#bulkAgainAtMs ? live : this.#nextWaiting();
    return seqs.length === 0 ? undefined : this.#frameOf(seqs, nowMs, live.length === 0);
  }

  /** When `nextFrame` may return a frame without another event; undefined: not before the next event. */
  wakeAt(nowMs: number): number | undefined {
    if (!this.#online) return undefined;
    const due: number[] = [];
    const room = this.#room - this.#inFlight.size;
    if (this.#nextFresh < this.#nextSeq && room > 0)
      due.push(Math.max(this.#budget.readyAt(nowMs), this.#pace?.budget.readyAt(nowMs) ?? nowMs));
    if (this.#waiting.size > 0 && room > LIMITS.fixesPerFrame)
      due.push(Math.max(this.#budget.readyAt(nowMs), this.#bulkAgainAtMs));
    const firstInFlight = this.#inFlight.values().next();
    if (!firstInFlight.done) due.push(firstInFlight.value + this.#resendAfterMs);
    const stallDue = this.#stall.dueAt();
    if (stallDue !== undefined) due.push(stallDue);
    return due.length === 0 ? undefined : Math.max(nowMs, this.#busyUntilMs, Math.min(...due));
  }

  /** Applies a cumulative acknowledgement. The newest one counts, also when it takes an older one back. */
  acknowledge(ack: LocationAck, nowMs: number): void {
    this.#forgetDurable(ack.durable, nowMs);
    // A list of gaps that is cut off at its limit leaves open what lies above its last gap.
    const last = ack.gaps.length >= LIMITS.ackGaps ? ack.gaps[ack.gaps.length - 1] : undefined;
    const known = last === undefined ? ack.received : Math.min(ack.received, last[1]);
    for (const [seq, sentAtMs] of this.#inFlight) {
      if (seq > known || inRanges(ack.gaps, seq)) continue;
      this.#inFlight.delete(seq);
      this.#confirmedSentMs = Math.max(this.#confirmedSentMs, sentAtMs);
    }
    for (const gap of ack.gaps) this.#requeueGap(gap);
    if (ack.received < this.#highestReceived) this.#takeBackAbove(ack.received);
    this.#highestReceived = ack.received;
    this.#stall.update(this.#receivedCount() > 0, nowMs);
  }

  /** The server acknowledged one frame: its fixes are in the log. */
  frameReceived(seqs: readonly number[], nowMs: number): void {
    for (const seq of seqs) {
      const sentAtMs = this.#inFlight.get(seq);
      if (sentAtMs === undefined) continue;
      this.#inFlight.delete(seq);
      this.#highestReceived = Math.max(this.#highestReceived, seq);
      this.#confirmedSentMs = Math.max(this.#confirmedSentMs, sentAtMs);
    }
    this.#stall.update(this.#receivedCount() > 0, nowMs);
  }

  /** The server is BUSY: the fixes stay, and nothing is sent before `retryAfterMs` has passed. */
  frameBusy(seqs: readonly number[], retryAfterMs: number, nowMs: number): void {
    this.#putBack(seqs);
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs + retryAfterMs);
  }

  /** The driver's budget of fixes is used up: old fixes wait for `retryAfterMs`; new ones are few, and riders wait for them. */
  frameOverBudget(seqs: readonly number[], retryAfterMs: number, nowMs: number): void {
    this.#putBack(seqs);
    this.#bulkAgainAtMs = Math.max(this.#bulkAgainAtMs, nowMs + retryAfterMs);
  }

  /** The server refused this frame for good: its fixes are dropped and counted; otherwise they would be sent for ever. */
  frameRejected(seqs: readonly number[]): void {
    for (const seq of seqs) {
      if (this.#forget(seq)) this.#counts.rejected++;
    }
  }

  /**
   * `intervalMs`: time between two frames of new fixes, kept on average: a few in a row are sent at once, since delaying a position helps
   * nobody · `ackIntervalMs`: how often the server acknowledges.
   */
  setPolicy({ intervalMs, ackIntervalMs }: { intervalMs: number; ackIntervalMs: number }): void {
    this.#resendAfterMs = Math.max(this.#minResendMs, 3 * ackIntervalMs);
    if (this.#pace?.intervalMs === intervalMs) return;
    this.#pace = { intervalMs, budget: new FrameBudget(1000 / intervalMs, LIVE_BURST) };
  }

  /** Ranges of held seqs that the server never acknowledged, or whose acknowledgement it took back. */
  unacknowledged(): SeqRange[] {
    const ranges: SeqRange[] = [];
    for (const seq of this.#held.keys()) {
      if (this.#isReceived(seq)) continue;
      const range = ranges[ranges.length - 1];
      if (range !== undefined && range[1] === seq - 1) range[1] = seq;
      else ranges.push([seq, seq]);
    }
    return ranges;
  }

  isHeld(seq: number): boolean {
    return this.#held.has(seq);
  }

  /** The lowest held seq; the next one to be given when none is held. */
  get lowest(): number {
    return this.#lowestHeld();
  }

  /** Held fixes above a seq, lowest first, at most `limit`. */
  heldAfter(seq: number, limit: number): WireFix[] {
    const fixes: WireFix[] = [];
    for (let at = Math.max(seq + 1, this.#lowestHeld()); at < this.#nextSeq && fixes.length < limit; at++) {
      const held = this.#held.get(at);
      if (held !== undefined) fixes.push(held.fix);
    }
    return fixes;
  }

  /** How many held fixes are above a seq. */
  heldCountAfter(seq: number): number {
    let count = 0;
    for (let at = Math.max(seq + 1, this.#lowestHeld()); at < this.#nextSeq; at++)
      if (this.#held.has(at)) count++;
    return count;
  }

  /** Drops the oldest fix and counts it. @returns its seq */
  dropOldest(): number | undefined {
    const oldest = this.#held.keys().next();
    if (oldest.done) return undefined;
    this.#forget(oldest.value);
    this.#counts.overflowed++;
    return oldest.value;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  stats(): OutboxStats {
    return {
      pushed: this.#nextSeq,
      held: this.#held.size,
      inFlight: this.#inFlight.size,
      received: this.#receivedCount(),
      waiting: this.#waiting.size + this.#nextSeq - this.#nextFresh,
      durable: this.#durable,
      ...this.#counts,
    };
  }

  #frameOf(seqs: readonly number[], nowMs: number, bulk: boolean): OutboxFrame {
    const fixes: WireFix[] = [];
    for (const seq of seqs) {
      const entry = this.#held.get(seq);
      if (entry === undefined) continue;
      if (bulk) markReplayed(entry.fix);
      if (entry.sends++ > 0) this.#counts.fixesResent++;
      fixes.push(entry.fix);
      this.#waiting.delete(seq);
      this.#inFlight.delete(seq);
      this.#inFlight.set(seq, nowMs);
    }
    this.#budget.take();
    this.#counts.framesSent++;
    this.#counts.fixesSent += fixes.length;
    if (!bulk) this.#pace?.budget.take();
    const lowest = this.#lowestHeld();
    // Gaps below the lowest held seq are never filled. Sent only after drops, to save bytes.
    return { fixes, bulk, ...(lowest > this.#durable + 1 ? { lowest } : {}) };
  }

  #takeFresh(): number[] {
    const room = Math.min(LIMITS.fixesPerFrame, this.#room - this.#inFlight.size);
    const seqs: number[] = [];
    while (seqs.length < room && this.#nextFresh < this.#nextSeq) seqs.push(this.#nextFresh++);
    return seqs;
  }

  #nextWaiting(): number[] {
    const spare = this.#room - LIMITS.fixesPerFrame - this.#inFlight.size;
    const room = Math.min(LIMITS.fixesPerFrame, spare);
    const seqs: number[] = [];
    for (const seq of this.#waiting) {
      if (seqs.length >= room) break;
      seqs.push(seq);
    }
    return seqs.sort((a, b) => a - b);
  }

  #forgetDurable(durable: number, nowMs: number): void {
    for (const [seq, entry] of this.#held) {
      if (seq > durable) break;
      // A fix that was never sent cannot be durable, whatever the server acknowledges.
      if (entry.sends > 0) this.#forget(seq);
    }
    if (durable <= this.#durable) return;
    this.#durable = Math.min(durable, this.#nextSeq - 1);
    this.#stall.advanced(nowMs);
  }

  #requeueStalled(nowMs: number): void {
    const dueAt = this.#stall.dueAt();
    if (dueAt === undefined || nowMs < dueAt) return;
    let left = LIMITS.fixesPerFrame;
    for (const seq of this.#held.keys()) {
      if (left-- === 0) break;
      if (this.#isReceived(seq)) this.#waiting.add(seq);
    }
    this.#stall.tried(nowMs);
  }

  #requeueOverdue(nowMs: number): void {
    for (const [seq, sentAtMs] of this.#inFlight) {
      if (nowMs < sentAtMs + this.#resendAfterMs) break;
      this.#inFlight.delete(seq);
      this.#waiting.add(seq);
    }
  }

  /** Frames of one connection arrive in order: a missing fix that was sent before an acknowledged one is lost. */
  #requeueGap([from, to]: SeqRange): void {
    const end = Math.min(to, this.#nextFresh - 1);
    for (let seq = Math.max(from, this.#lowestHeld()); seq <= end; seq++) {
      const sentAtMs = this.#inFlight.get(seq);
      if (sentAtMs === undefined ? !this.#isReceived(seq) : sentAtMs >= this.#confirmedSentMs) continue;
      this.#inFlight.delete(seq);
      this.#waiting.add(seq);
    }
  }

  #takeBackAbove(received: number): void {
    for (const seq of this.#held.keys()) {
      if (seq > received && this.#isReceived(seq)) this.#waiting.add(seq);
    }
    this.#highestReceived = received;
  }

  #putBack(seqs: readonly number[]): void {
    for (const seq of seqs) {
      if (this.#inFlight.delete(seq)) this.#waiting.add(seq);
    }
  }

  #requeueInFlight(): void {
    for (const seq of this.#inFlight.keys()) this.#waiting.add(seq);
    this.#inFlight.clear();
  }

  #queueFresh(): void {
    while (this.#nextFresh < this.#nextSeq) this.#waiting.add(this.#nextFresh++);
  }

  #forget(seq: number): boolean {
    this.#inFlight.delete(seq);
    this.#waiting.delete(seq);
    this.#nextFresh = Math.max(this.#nextFresh, seq + 1);
    return this.#held.delete(seq);
  }

  #isReceived(seq: number): boolean {
    return (
      seq < this.#nextFresh && this.#held.has(seq) && !this.#inFlight.has(seq) && !this.#waiting.has(seq)
    );
  }

  #receivedCount(): number {
    return this.#held.size - this.#inFlight.size - this.#waiting.size - (this.#nextSeq - this.#nextFresh);
  }

  #lowestHeld(): number {
    const oldest = this.#held.keys().next();
    return oldest.done ? this.#nextSeq : oldest.value;
  }
}

function inRanges(ranges: readonly SeqRange[], seq: number): boolean {
  return ranges.some(([from, to]) => seq >= from && seq <= to);
}

/** Marks fixes that were collected: their age is not the latency of the connection. */
function markReplayed(fix: WireFix): void {
  while (fix.length < FLAGS_AT) fix.push(null);
  const flags = fix[FLAGS_AT];
  fix[FLAGS_AT] = (typeof flags === 'number' ? flags : 0) | FIX_FLAGS.replayed;
}
