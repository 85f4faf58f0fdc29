import CircuitBreaker from 'opossum';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Stops asking a dependency that fails, so that nobody waits for it and it can recover. */
export interface Breaker {
  /** @throws BreakerOpen when it was not asked; otherwise what `work` throws */
  run<T>(work: () => Promise<T>): Promise<T>;
  state(): BreakerState;
  /** Until one call is let through to try, ms; 0 while closed. */
  retryAfterMs(): number;
  close(): void;
}

/** The dependency was not asked: its circuit is open. */
export class BreakerOpen extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('the circuit is open');
    this.name = 'BreakerOpen';
    this.retryAfterMs = retryAfterMs;
  }
}

export interface BreakerOptions {
  /** Opens when in the last `windowMs` at least so many calls failed, and at least this share of them. */
  readonly leastFailures?: number;
  readonly failedShare?: number;
  readonly windowMs?: number;
  /** How long it stays open; then one call is let through, which closes or opens it again. */
  readonly openMs?: number;
  /** Which errors tell that the dependency fails; others are its good answers. */
  readonly isFailure: (error: unknown) => boolean;
  readonly onState?: (state: BreakerState) => void;
}

const LEAST_FAILURES = 50;
const FAILED_SHARE = 0.5;
const WINDOW_MS = 10_000;
const OPEN_MS = 30_000;
const BUCKETS = 10;

type Work = () => Promise<unknown>;

/** A circuit breaker over opossum, whose own rule counts calls and not failures: when to open is decided here. */
export function createBreaker(options: BreakerOptions): Breaker {
  const { leastFailures = LEAST_FAILURES, failedShare = FAILED_SHARE, openMs = OPEN_MS } = options;
  const circuit = new CircuitBreaker<[Work], unknown>((work) => work(), {
    timeout: false,
    resetTimeout: openMs,
    rollingCountTimeout: options.windowMs ?? WINDOW_MS,
    rollingCountBuckets: BUCKETS,
    enableSnapshots: false,
    // Its own rule would need this many calls in a window: never.
    volumeThreshold: Number.MAX_SAFE_INTEGER,
    errorFilter: (error) => !options.isFailure(error),
  });
  let openedAt = 0;
  circuit.on('failure', () => {
    const { failures, successes } = circuit.stats;
    if (circuit.closed && failures >= leastFailures && failures >= (failures + successes) * failedShare)
      circuit.open();
  });
  circuit.on('open', () => {
    openedAt = performance.now();
    options.onState?.('open');
  });
  circuit.on('halfOpen', () => options.onState?.('half-open'));
  circuit.on('close', () => options.onState?.('closed'));

  const retryAfterMs = () =>
    circuit.closed ? 0 : Math.max(0, Math.ceil(openedAt + openMs - performance.now()));
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        return (await circuit.fire(work)) as T;
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === 'EOPENBREAKER' || code === 'ESHUTDOWN') throw new BreakerOpen(retryAfterMs());
        throw error;
      }
    },
    state: () => (circuit.halfOpen ? 'half-open' : circuit.opened ? 'open' : 'closed'),
    retryAfterMs,
    close: () => circuit.shutdown(),
  };
}
