import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IHalfOpenAfterBackoffContext,
} from 'cockatiel';
import { FailureWindow } from './failure-window.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Stops calling a dependency that fails, so that callers do not wait for it and it can recover. */
export interface Breaker {
  /** @throws BreakerOpen when the dependency was not called; otherwise what `work` throws */
  run<T>(work: () => Promise<T>): Promise<T>;
  state(): BreakerState;
  /** Whether a call would be refused now: the circuit is open, or the call that tests the dependency has not settled. */
  refuses(): boolean;
  /** Ms until one call is let through to test the dependency; 0 while closed. */
  retryAfterMs(): number;
}

/** The dependency was not called: its circuit is open. */
export class BreakerOpen extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('the circuit is open');
    this.name = 'BreakerOpen';
    this.retryAfterMs = retryAfterMs;
  }
}

export interface BreakerOptions {
  /** The circuit opens when at least this many calls failed within `windowMs`, and at least this share of them. */
  readonly leastFailures?: number;
  readonly failedShare?: number;
  readonly windowMs?: number;
  /** How long it stays open; then one call is let through, which closes it or opens it again. */
  readonly openMs?: number;
  /** Which errors mean that the dependency failed; all others are valid responses of it. */
  readonly isFailure: (error: unknown) => boolean;
  readonly onState?: (state: BreakerState) => void;
}

const LEAST_FAILURES = 50;
const FAILED_SHARE = 0.5;
const WINDOW_MS = 10_000;
const OPEN_MS = 30_000;

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** A failure of a call that began before the circuit last changed: it says nothing about the dependency as it is now. */
class LateFailure extends Error {
  constructor(cause: unknown) {
    super('the call began before the circuit changed', { cause });
    this.name = 'LateFailure';
  }
}

/** cockatiel's circuit breaker with the opening rule of DEG-20 (decision 0137). */
export function createBreaker(options: BreakerOptions): Breaker {
  const { leastFailures = LEAST_FAILURES, failedShare = FAILED_SHARE, openMs = OPEN_MS } = options;
  let openUntilMs = 0;
  const retryAfterMs = () => Math.max(0, Math.ceil(openUntilMs - performance.now()));
  // cockatiel compares this with a difference of Date.now(). A wall clock that is set back would keep the circuit open for as long, so
  // the time is measured here, on the monotonic clock.
  const backoff: IBackoff<IHalfOpenAfterBackoffContext> = {
    get duration() {
      return retryAfterMs() > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    },
    next: () => backoff,
  };
  const breaker = new FailureWindow({ leastFailures, failedShare, windowMs: options.windowMs ?? WINDOW_MS });
  const policy = handleWhen((error) => options.isFailure(error));
  const circuit = circuitBreaker(policy, { halfOpenAfter: backoff, breaker });
  // A valid response that is an error (CONFLICT, NOT_FOUND): without this cockatiel counts it neither as a success nor as a failure.
  circuit.onFailure(({ handled, reason }) => {
    if (!handled && !('error' in reason && reason.error instanceof LateFailure))
      breaker.success(circuit.state);
  });
  let changes = 0;
  circuit.onStateChange((state) => {
    changes += 1;
    if (state === CircuitState.Open) openUntilMs = performance.now() + openMs;
    options.onState?.(STATES[state]);
  });

  // cockatiel lets the failure of a call that began while the circuit was closed open a circuit that is being tested.
  async function unlessLate<T>(work: () => Promise<T>): Promise<T> {
    const begunAfter = changes;
    try {
      return await work();
    } catch (error) {
      throw changes === begunAfter ? error : new LateFailure(error);
    }
  }

  return {
    async run(work) {
      // cockatiel would queue other calls behind the one that tests the dependency.
      if (circuit.state === CircuitState.HalfOpen) throw new BreakerOpen(retryAfterMs());
      try {
        return await circuit.execute(() => unlessLate(work));
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw new BreakerOpen(retryAfterMs());
        if (error instanceof LateFailure) throw error.cause;
        throw error;
      }
    },
    // cockatiel leaves the open state with the first call after its time, not by a timer.
    state: () =>
      circuit.state === CircuitState.Open && retryAfterMs() === 0 ? 'half-open' : STATES[circuit.state],
    refuses: () =>
      circuit.state === CircuitState.HalfOpen || (circuit.state === CircuitState.Open && retryAfterMs() > 0),
    retryAfterMs: () => (circuit.state === CircuitState.Closed ? 0 : retryAfterMs()),
  };
}
