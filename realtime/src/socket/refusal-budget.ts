import { LIMITS } from '@rideline/contract';

const WINDOW_MS = 60_000;
/** Networks that are remembered. When there are more, the one without a refusal for longest is forgotten. */
const MAX_NETWORKS = 10_000;

interface Window {
  readonly startedAtMs: number;
  count: number;
}

/** Counts the refused handshakes of each client network per minute, on this gateway alone. */
export class RefusalBudget {
  readonly #windows = new Map<string, Window>();
  readonly #maxNetworks: number;

  constructor(maxNetworks = MAX_NETWORKS) {
    this.#maxNetworks = maxNetworks;
  }

  /** Networks with a refusal in memory. */
  get size(): number {
    return this.#windows.size;
  }

  spend(network: string, nowMs: number): void {
    const known = this.#current(network, nowMs) ?? { startedAtMs: nowMs, count: 0 };
    known.count += 1;
    this.#windows.delete(network);
    this.#windows.set(network, known);
    if (this.#windows.size > this.#maxNetworks) this.#windows.delete(this.#windows.keys().next().value ?? '');
  }

  isSpent(network: string, nowMs: number): boolean {
    return (this.#current(network, nowMs)?.count ?? 0) >= LIMITS.refusedHandshakesPerAddress;
  }

  #current(network: string, nowMs: number): Window | undefined {
    const known = this.#windows.get(network);
    if (known === undefined) return undefined;
    const ageMs = nowMs - known.startedAtMs;
    // Below 0 the wall clock was set back: the window would last for as long.
    if (ageMs >= 0 && ageMs < WINDOW_MS) return known;
    this.#windows.delete(network);
    return undefined;
  }
}
