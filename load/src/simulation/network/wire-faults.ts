import { type ClientUnit, withoutAckId } from './client-frames.ts';

/**
 * What happens to a message of the phone on the wire, which the SDK itself never does:
 * - `repeat`: it is sent twice in a row.
 * - `swap`: it is sent after the message that follows it.
 * - `replay`: an older `location:update` is sent again behind it, on whatever connection the phone has by then.
 */
export type WireFaultKind = 'repeat' | 'swap' | 'replay';
export const WIRE_FAULT_KINDS: readonly WireFaultKind[] = ['repeat', 'swap', 'replay'];

/** Messages whose repetition must have no second effect. */
const EVENTS = new Set(['location:update', 'trip:command', 'trip:request', 'offer:answer', 'driver:status']);
/** Sent frames that `replay` chooses the oldest of. */
const REMEMBERED = 4;
/** Faults that wait for a message. */
const ARMED_MOST = 8;

/** The wire faults of one phone, pure. They are armed at the instants of the plan, and the next message gets the first of them. */
export class WireFaults {
  readonly #armed: WireFaultKind[] = [];
  readonly #sent: Buffer[] = [];
  readonly counts: Record<WireFaultKind, number> = { repeat: 0, swap: 0, replay: 0 };

  arm(kind: WireFaultKind): void {
    if (this.#armed.length < ARMED_MOST) this.#armed.push(kind);
  }

  /** The faults of one of the phone's connections. */
  onConnection(): WireConnection {
    return new WireConnection(this.#armed, this.#sent, this.counts);
  }
}

export class WireConnection {
  readonly #armed: WireFaultKind[];
  readonly #sent: Buffer[];
  readonly #counts: Record<WireFaultKind, number>;
  #heldBack: Buffer | null = null;

  constructor(armed: WireFaultKind[], sent: Buffer[], counts: Record<WireFaultKind, number>) {
    this.#armed = armed;
    this.#sent = sent;
    this.#counts = counts;
  }

  /** A message is held back until another one follows; the caller sends it after a while with `flush`. */
  get isHoldingBack(): boolean {
    return this.#heldBack !== null;
  }

  /** What is sent for this unit, in order. */
  pass({ bytes, event }: ClientUnit): Buffer[] {
    if (event === null || !EVENTS.has(event)) return [bytes, ...this.flush()];
    const kind = this.#armed[0];
    // A second message is not held back behind the first: it follows this one as usual.
    if (kind === 'swap' && this.#heldBack === null) {
      this.#take(kind);
      this.#heldBack = Buffer.from(bytes);
      return [];
    }
    const out = [bytes];
    const [oldest] = this.#sent;
    if (kind === 'repeat') {
      this.#take(kind);
      out.push(bytes);
    } else if (kind === 'replay' && oldest !== undefined) {
      this.#take(kind);
      out.push(withoutAckId(oldest));
    }
    if (event === 'location:update') this.#remember(bytes);
    return [...out, ...this.flush()];
  }

  /** The message that is held back, if any. */
  flush(): Buffer[] {
    if (this.#heldBack === null) return [];
    const held = this.#heldBack;
    this.#heldBack = null;
    return [held];
  }

  #take(kind: WireFaultKind): void {
    this.#armed.shift();
    this.#counts[kind]++;
  }

  #remember(bytes: Buffer): void {
    // A copy: the bytes are part of a larger chunk, which would be kept with them.
    this.#sent.push(Buffer.from(bytes));
    if (this.#sent.length > REMEMBERED) this.#sent.shift();
  }
}
