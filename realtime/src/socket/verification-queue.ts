import { CodedError } from '@rideline/contract';

/** One verification costs 0.1 to 0.3 ms of CPU: the queue takes at most a twentieth of a core. */
const INTERVAL_MS = 5;
/** Handshakes that wait; more are refused. A client waits at most MAX_WAITING × INTERVAL_MS. */
const MAX_WAITING = 1000;
const RETRY_MS = 5000;

/**
 * Releases one verification every 5 ms, one client network after the other, so that a network with many bad tokens delays itself and not the
 * others. For handshakes that follow a refusal; the first handshake of a client does not wait.
 */
export class VerificationQueue {
  readonly #waiting = new Map<string, (() => void)[]>();
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#size;
  }

  /** Resolves when it is this handshake's turn. @throws CodedError SCALE_003 when too many wait */
  async turn(network: string): Promise<void> {
    if (this.#size >= MAX_WAITING) throw new CodedError('SCALE_003', undefined, { retryAfterMs: RETRY_MS });
    this.#size += 1;
    await new Promise<void>((resolve) => {
      const ofNetwork = this.#waiting.get(network);
      if (ofNetwork) ofNetwork.push(resolve);
      else this.#waiting.set(network, [resolve]);
      this.#timer ??= setInterval(() => this.#release(), INTERVAL_MS);
    });
  }

  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const [network, resolves] = next;
    this.#waiting.delete(network);
    const resolve = resolves.shift();
    if (resolves.length > 0) this.#waiting.set(network, resolves);
    this.#size -= 1;
    resolve?.();
  }
}
