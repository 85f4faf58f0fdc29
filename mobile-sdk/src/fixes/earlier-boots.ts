import type { LocationAck, WireFix } from '@rideline/contract';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import { BootSender, type UplinkConnection } from './boot-sender.ts';
import { FrameBudget } from './frame-budget.ts';
import { Outbox } from './outbox.ts';

/** Fixes of an earlier start of the app. */
export interface EarlierFixes {
  readonly boot: string;
  /** In the order of their seqs. */
  readonly fixes: WireFix[];
  /** Those whose time is of the phone's wall clock: the server's was not known when they were stored. */
  readonly unstamped: WireFix[];
  /** The server has acknowledged something of this boot. */
  isKnown: boolean;
}

export interface EarlierBootsParts {
  readonly clock: SdkClock;
  readonly serverClock: ServerClock;
  readonly connection: UplinkConnection;
  /** The boot holds this seq and those above it: what is stored of it below can be deleted. */
  readonly onLowest: (boot: string, lowest: number) => void;
  readonly onRejected: (lost: { boot: string; seqs: number[]; code: string }) => void;
}

interface EarlierBoot extends EarlierFixes {
  readonly sender: BootSender;
}

/** A gateway takes fixes of 16 boots on one connection, and 40 events at once: these, 20 frames of this start, and the first requests. */
const BOOTS_A_CONNECTION = 12;
/** Frames a second of all earlier boots together: 400 fixes, beside what this start needs of the server's event limit. */
const FRAMES_PER_SECOND = 2;

/**
 * The fixes of earlier starts of the app, sent under their own boots and seqs until they are durable.
 *
 * The server takes a boot that it sees later for a newer one. A boot that it has not seen must therefore reach it before the first frame of this
 * start; otherwise old positions would become the live one, and those of this start would be too old for ever. One that was read too late for that,
 * or is one too many for a connection, stays stored for the next start.
 */
export class EarlierBoots {
  readonly #parts: EarlierBootsParts;
  readonly #budget = new FrameBudget(FRAMES_PER_SECOND, BOOTS_A_CONNECTION);
  readonly #boots = new Map<string, EarlierBoot>();
  /** Boots of which this connection has sent frames. */
  readonly #begun = new Set<string>();
  #flowing = false;

  constructor(parts: EarlierBootsParts) {
    this.#parts = parts;
  }

  get heldCount(): number {
    let count = 0;
    for (const { sender } of this.#boots.values()) count += sender.outbox.heldCount;
    return count;
  }

  add(earlier: EarlierFixes): void {
    const { clock, connection, onRejected } = this.#parts;
    const { boot, fixes } = earlier;
    if (this.#boots.has(boot) || fixes.length === 0) return;
    const sender = new BootSender({
      boot,
      outbox: new Outbox({ capacity: fixes.length }, { fixes, budget: this.#budget }),
      clock,
      connection,
      isReady: () => true,
      onAnswer: () => this.#onAnswer(boot),
      onRejected,
    });
    this.#boots.set(boot, { ...earlier, sender });
  }

  /** A connection has begun and the server's time is known. `isFirst`: nothing of this start was sent before. */
  begin(ack: LocationAck | null | undefined, isFirst: boolean): void {
    if (!this.#flowing) this.#budget.refill();
    this.#flowing = true;
    for (const earlier of [...this.#boots.values()]) {
      if (this.#begun.size >= BOOTS_A_CONNECTION) break;
      if (this.#begun.has(earlier.boot) || !(isFirst || earlier.isKnown)) continue;
      this.#begun.add(earlier.boot);
      // Boots that go out before this start's first frame are known from then on.
      earlier.isKnown = true;
      this.#stamp(earlier);
      earlier.sender.begin(ack?.boot === earlier.boot ? ack : ack && null);
    }
  }

  /** Boots were added while the connection is up. */
  beginAdded(isFirst: boolean): void {
    if (this.#flowing) this.begin(null, isFirst);
  }

  end(): void {
    this.#flowing = false;
    this.#begun.clear();
    for (const { sender } of this.#boots.values()) sender.end();
  }

  acknowledge(ack: LocationAck): void {
    this.#boots.get(ack.boot)?.sender.acknowledge(ack);
  }

  dropOldest(): { boot: string; seq: number } | undefined {
    for (const { boot, sender } of this.#boots.values()) {
      const seq = sender.outbox.dropOldest();
      this.#onAnswer(boot);
      if (seq !== undefined) return { boot, seq };
    }
    return undefined;
  }

  #onAnswer(boot: string): void {
    const earlier = this.#boots.get(boot);
    if (earlier === undefined) return;
    const { outbox } = earlier.sender;
    this.#parts.onLowest(boot, outbox.lowest);
    if (outbox.heldCount > 0) return;
    earlier.sender.end();
    this.#boots.delete(boot);
  }

  /** As far as the wall clock was not set since: nothing else of that start's clocks is left. */
  #stamp({ unstamped }: EarlierFixes): void {
    const { clock, serverClock } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const fix of unstamped.splice(0)) {
      const agoMs = clock.wallMs() - Number(fix[1]);
      fix[1] = Math.round(serverClock.at(nowMs - agoMs));
    }
  }
}
