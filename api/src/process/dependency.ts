import { CodedError, type ErrorCode } from '@rideline/contract';
import {
  type Breaker,
  BreakerOpen,
  type BreakerState,
  createBreaker,
} from '@rideline/platform/overload/breaker';
import { type Bulkhead, BulkheadFull, createBulkhead } from '@rideline/platform/overload/bulkhead';
import { withinMs } from '@rideline/platform/overload/deadline';
import { withRetries } from '@rideline/platform/overload/retry';
import type { Health } from '@rideline/platform/process/health';
import { asCodedError } from '../http/problem.ts';
import { isCritical } from '../http/request-class.ts';
import type { ApiMetrics } from '../metrics.ts';

/** Longest wait for a read from Redis or MongoDB. */
export const READ_TIMEOUT_MS = 5000;
/** Longest wait for a slot (docs/design/reliability.md, G11). */
const WAIT_MS = 2000;
/** How long health reports a full pool after the last refused call. */
const ALARM_MS = 10_000;
/** Share of the slots reserved for critical work. */
const RESERVED_SHARE = 0.2;
/** Attempts of a read, the first one included. */
const READ_TRIES = 4;
/** Bounds of the random waits between them: 100, 200, 400 ms. A Redis connection that was cut is open again after 50–100 ms. */
const READ_RETRY = { tries: READ_TRIES, baseMs: 50, mostMs: 400 };
/** Below this a retry could not be answered within the deadline of its read, ms. */
const LEAST_LEFT_MS = 50;

interface DependencySettings {
  /** Name in health and metrics. */
  readonly name: 'mongo' | 'redis-state' | 's3';
  /** Name in error texts for clients. */
  readonly label: string;
  /** Concurrent calls. For MongoDB: the size of its connection pool. */
  readonly slots: number;
  /** Calls that may wait for a slot. */
  readonly waiting: number;
  /** The code of a call that found no slot. */
  readonly full: 'SCALE_002' | 'BUSY';
}

export interface CallOptions {
  readonly timeoutMs?: number;
}

interface DependencyOptions {
  readonly openMs: number;
  readonly onState: (state: BreakerState) => void;
  readonly onRefused: (why: 'full' | 'open') => void;
  readonly onRetry: () => void;
  /** Uniform in [0, 1): spreads the retries of simultaneous reads. */
  readonly random?: () => number;
}

const FAILURES: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'TIMEOUT']);
const isFailure = (error: unknown) => FAILURES.has(asCodedError(error).code);

const UNANSWERED: ReadonlySet<ErrorCode> = new Set([...FAILURES, 'SCALE_002', 'SCALE_004']);
/** Whether a call to MongoDB got no answer. Every other error is its answer. */
export const isUnanswered = (error: unknown): boolean => UNANSWERED.has(asCodedError(error).code);

/** A server that the API calls, behind a deadline, a breaker and a bulkhead. */
export class Dependency {
  readonly #settings: DependencySettings;
  readonly #bulkhead: Bulkhead;
  readonly #breaker: Breaker;
  readonly #options: DependencyOptions;

  constructor(settings: DependencySettings, options: DependencyOptions) {
    const { slots, waiting } = settings;
    this.#settings = settings;
    this.#options = options;
    this.#breaker = createBreaker({ openMs: options.openMs, isFailure, onState: options.onState });
    this.#bulkhead = createBulkhead({
      places: slots,
      reserved: Math.ceil(slots * RESERVED_SHARE),
      waiting,
      waitMs: WAIT_MS,
    });
  }

  /** Calls that wait for a slot. */
  get waiting(): number {
    return this.#bulkhead.waiting();
  }

  /** How long the oldest of them has been waiting, ms. */
  get oldestWaitMs(): number {
    return this.#bulkhead.oldestMs();
  }

  /** Whether calls are refused unmade: its circuit is open, or one call is testing it. */
  get isLost(): boolean {
    return this.#breaker.refuses();
  }

  /**
   * Runs `work`: behind the breaker, in the bulkhead, at most `timeoutMs`, so that a server that accepts and never answers costs a request
   * its deadline and does not hold the connection forever. Not repeated: `work` may have taken effect.
   * @throws CodedError TIMEOUT; SCALE_004 while the circuit is open; SCALE_002 (MongoDB) or BUSY when no slot became free in 2 s; otherwise
   * what `work` throws
   */
  call<T>(work: () => Promise<T>, { timeoutMs = READ_TIMEOUT_MS }: CallOptions = {}): Promise<T> {
    return this.#once(work, timeoutMs);
  }

  /**
   * As `call`, for work that changes nothing: when its connection is lost or not there, it is repeated up to three times within the
   * deadline. Otherwise each restart of a server would fail every read that it interrupts.
   * @throws as `call`
   */
  read<T>(work: () => Promise<T>, { timeoutMs = READ_TIMEOUT_MS }: CallOptions = {}): Promise<T> {
    const endsAt = performance.now() + timeoutMs;
    const leftMs = () => endsAt - performance.now();
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      if (attempts > 1) this.#options.onRetry();
      return this.#once(work, Math.max(1, leftMs()));
    };
    const again = (error: unknown) =>
      asCodedError(error).code === 'UNAVAILABLE' && leftMs() > LEAST_LEFT_MS + READ_RETRY.mostMs;
    const { random } = this.#options;
    return withRetries(attempt, { ...READ_RETRY, again, ...(random ? { random } : {}) });
  }

  async #once<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
    try {
      return await this.#inSlot(work, timeoutMs);
    } catch (error) {
      if (error instanceof BreakerOpen) {
        this.#options.onRefused('open');
        throw new CodedError('SCALE_004', undefined, { retryAfterMs: Math.max(1000, error.retryAfterMs) });
      }
      if (error instanceof BulkheadFull) {
        this.#options.onRefused('full');
        throw new CodedError(this.#settings.full, undefined, { cause: error });
      }
      throw error;
    }
  }

  /**
   * Takes a slot, then calls behind the breaker. The slot is held until the work has settled, even if its caller no longer waits: until
   * then it holds its connection. A call without a slot says nothing about the dependency, so the breaker does not count it.
   */
  #inSlot<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
    if (this.#breaker.state() === 'open') throw new BreakerOpen(this.#breaker.retryAfterMs());
    const late = () => new CodedError('TIMEOUT', `${this.#settings.label} did not answer in time.`);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const holdSlot = async (): Promise<void> => {
      let running: Promise<T> | undefined;
      const answer = this.#breaker.run(() => {
        running = work();
        return withinMs(running, timeoutMs, late);
      });
      answer.then(resolve, reject);
      await Promise.allSettled([answer, running]);
    };
    this.#bulkhead.run(holdSlot, isCritical()).catch(reject);
    return promise;
  }
}

/** The servers that the routes call. The live index is in the state Redis. */
export interface Dependencies {
  readonly mongo: Dependency;
  readonly redis: Dependency;
  readonly s3: Dependency;
}

/** Opens the dependencies of this process; health and metrics report their circuits and full pools. */
export function openDependencies(parts: {
  health: Health;
  metrics: ApiMetrics;
  openMs: number;
}): Dependencies {
  const { health, metrics, openMs } = parts;
  const poolAlarm = createPoolAlarm(health);
  const open = (settings: DependencySettings): Dependency => {
    const { name } = settings;
    return new Dependency(settings, {
      openMs,
      onState(state) {
        metrics.breaker_open.set({ dependency: name }, state === 'closed' ? 0 : 1);
        if (state === 'closed') health.cleared(`circuit-${name}`);
        else health.degraded(`circuit-${name}`, `SCALE_004: calls fail, the circuit is ${state}`);
      },
      onRefused(why) {
        metrics.dependency_refused_total.inc({ dependency: name, why });
        if (why === 'full' && name === 'mongo') poolAlarm();
      },
      onRetry: () => metrics.dependency_retries_total.inc({ dependency: name }),
    });
  };
  return {
    mongo: open({ name: 'mongo', label: 'MongoDB', slots: 100, waiting: 200, full: 'SCALE_002' }),
    redis: open({ name: 'redis-state', label: 'Redis', slots: 1000, waiting: 1000, full: 'BUSY' }),
    s3: open({ name: 's3', label: 'The object store', slots: 100, waiting: 200, full: 'BUSY' }),
  };
}

/** Reports MongoDB's full pool until no call has been refused for a while. */
function createPoolAlarm(health: Health): () => void {
  let alarm: NodeJS.Timeout | undefined;
  return () => {
    health.degraded('mongo-pool', 'SCALE_002: calls find no connection');
    clearTimeout(alarm);
    alarm = setTimeout(() => health.cleared('mongo-pool'), ALARM_MS);
    alarm.unref();
  };
}
