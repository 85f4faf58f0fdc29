import { type BootId, LIMITS, type LocationAck, type WireFix } from '@rideline/contract';
import { locationAck } from '@rideline/fleet/fixes/location-ack';
import { SeqRanges } from '@rideline/fleet/fixes/seq-ranges';
import type { KnownBoot } from '@rideline/fleet/live/driver-session';
import { blocksOf, costOfFixes } from '@rideline/fleet/tracks/fix-budget';
import { blockOf } from '@rideline/fleet/tracks/track-block';

/** Progress of one boot on one connection: which of its fixes are taken, in the log, and durable. */
export class BootProgress implements KnownBoot {
  readonly boot: BootId;
  /** Order of first appearance; 0 while unknown. */
  index: number;
  /** Appended fixes that no acknowledgement has covered yet. */
  unacked: number = LIMITS.ackEveryFixes;
  #durable = -1;
  /** In the log, durable, or given up by the phone. */
  #received = new SeqRanges();
  /** The same, plus what was passed to the log and is not in it yet. */
  #taken = new SeqRanges();
  /** The blocks of the fixes that were taken or are durable, without those that the phone gave up. */
  readonly #blocks = new SeqRanges();
  #lowest = 0;

  /** `unacked` starts at its limit: the first append of a connection is acknowledged at once, so that the phone stops resending. */
  constructor(boot: BootId, known: KnownBoot | undefined) {
    this.boot = boot;
    this.index = known?.index ?? 0;
    if (known) this.learn(known);
  }

  get durable(): number {
    return this.#durable;
  }

  /** Whether the log has fixes of the boot that are not known to be durable. */
  get hasUndurable(): boolean {
    return this.#received.highest > this.#durable;
  }

  /** Durable fixes above the prefix are not kept apart from received ones. */
  get ranges(): [] {
    return [];
  }

  /** Adds what the server knows of the boot. */
  learn(known: KnownBoot): void {
    this.index = known.index;
    this.raiseDurable(known.durable);
    for (const [from, to] of known.ranges) this.#cover(from, to);
    for (const [from, to] of blocksOf(known.ranges, known.durable).toJSON()) this.#blocks.addRange(from, to);
  }

  /** @returns whether there is something new to acknowledge */
  raiseDurable(durable: number): boolean {
    if (durable <= this.#durable) return false;
    this.#durable = durable;
    this.#cover(0, durable);
    return true;
  }

  /** The phone no longer holds anything below `lowest`: what is missing there will never arrive. */
  giveUpBelow(lowest: number): void {
    if (lowest <= this.#lowest) return;
    this.#lowest = lowest;
    this.#cover(0, lowest - 1);
  }

  isTaken(seq: number): boolean {
    return seq <= this.#taken.highest && this.#taken.has(seq);
  }

  take(seq: number): void {
    this.#taken.add(seq);
    this.#blocks.add(blockOf(seq));
  }

  /** What the fixes that are not taken yet cost the driver's budget. */
  costOf(fixes: readonly WireFix[]): number {
    return costOfFixes(fixes, this.#taken, this.#blocks);
  }

  /** The log has the seqs. */
  receive(from: number, to: number, others: readonly number[] | null): void {
    if (others === null) {
      if (from === to) this.#received.add(from);
      else this.#received.addRange(from, to);
      return;
    }
    for (const seq of others) this.#received.add(seq);
  }

  /** The log may have lost its end: keeps only what is durable or given up by the phone. */
  forgetLogged(): void {
    this.#received = new SeqRanges();
    this.#taken = new SeqRanges();
    this.#cover(0, Math.max(this.#durable, this.#lowest - 1));
  }

  /** Whether the fix is in the log, durable, or given up by the phone. */
  hasReceived(seq: number): boolean {
    return this.#received.has(seq);
  }

  ack(): LocationAck {
    return locationAck(this.boot, this.#received, this.#durable);
  }

  #cover(from: number, to: number): void {
    if (to < from) return;
    this.#received.addRange(from, to);
    this.#taken.addRange(from, to);
  }
}
