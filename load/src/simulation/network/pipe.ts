import type { Socket } from 'node:net';
import type { LinkDirection } from './link-direction.ts';

/** Data on its way; null is the end of the stream. */
interface Piece {
  readonly data: Buffer | null;
  atMs: number;
}

/** Most that is on its way on one connection and direction, bytes: about what a kernel's send buffer takes. Then its source is not read. */
const QUEUE_MOST_BYTES = 256 * 1024;

/** One direction of one connection: takes what one end sends, and gives it to the other end when it arrives. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #link: LinkDirection;
  readonly #queue: Piece[] = [];
  #bytes = 0;
  #lastAtMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isHeld: boolean;
  #isDiscarding = false;

  /** @param startMs the connection is open from then on: nothing arrives earlier */
  constructor(parts: { from: Socket; to: Socket; link: LinkDirection; isHeld: boolean; startMs: number }) {
    this.#from = parts.from;
    this.#to = parts.to;
    this.#link = parts.link;
    this.#isHeld = parts.isHeld;
    this.#lastAtMs = parts.startMs;
  }

  /** On their way. */
  get bytes(): number {
    return this.#bytes;
  }

  take(data: Buffer): void {
    if (this.#isDiscarding) return;
    this.#add(data, this.#link.arrivalMs(data.length, performance.now()));
    this.#bytes += data.length;
    if (this.#bytes > QUEUE_MOST_BYTES) this.#from.pause();
  }

  /** The source has ended: so does the other end, after all that is on its way. */
  takeEnd(): void {
    if (!this.#isDiscarding) this.#add(null, performance.now());
  }

  /** Nothing arrives any more until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#disarm();
  }

  /** What was held arrives from `afterMs` on: TCP repeats it then. */
  release(afterMs: number): void {
    this.#isHeld = false;
    const earliestMs = performance.now() + afterMs;
    for (const piece of this.#queue) piece.atMs = Math.max(piece.atMs, earliestMs);
    this.#lastAtMs = Math.max(this.#lastAtMs, earliestMs);
    this.#arm();
  }

  /** What is on its way arrives now, unless it is held. */
  hasten(): void {
    const nowMs = performance.now();
    for (const piece of this.#queue) piece.atMs = nowMs;
    this.#lastAtMs = nowMs;
    if (this.#isHeld) return;
    this.#disarm();
    this.#arm();
  }

  /** What is on its way is lost, and so is everything after it. */
  discard(): void {
    this.#isDiscarding = true;
    this.#queue.length = 0;
    this.#bytes = 0;
    this.#disarm();
    this.#from.resume();
  }

  #add(data: Buffer | null, atMs: number): void {
    // In order, as TCP delivers.
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs);
    this.#queue.push({ data, atMs: this.#lastAtMs });
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#queue;
    if (this.#isHeld || this.#timer !== undefined || first === undefined) return;
    const waitMs = first.atMs - performance.now();
    if (waitMs <= 0 && this.#queue.length === 1) this.#deliver();
    else this.#timer = setTimeout(() => this.#deliver(), Math.max(0, waitMs));
  }

  #deliver(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (let first = this.#queue[0]; first !== undefined && first.atMs <= nowMs; first = this.#queue[0]) {
      this.#queue.shift();
      if (first.data === null) {
        this.#to.end();
        continue;
      }
      this.#bytes -= first.data.length;
      if (!this.#to.destroyed) this.#to.write(first.data);
    }
    if (this.#bytes <= QUEUE_MOST_BYTES) this.#from.resume();
    this.#arm();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
