import { CodedError } from '@rideline/contract';
import type { Metrics } from '@rideline/platform/metrics/metrics';
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
import { isCritical } from '../limits/request-class.ts';

/** Longest wait for a read from Redis or Mongo (docs/design/design.md, "MongoDB connections"). */
export const READ_TIMEOUT_MS = 5000;
/** Longest wait for a place (docs/design/reliability.md, "G11: Connection pools"). */
const WAIT_MS = 2000;
/** How long an operator is told that calls found no place. */
const ALARM_MS = 10_000;

/** What this process asks, behind a breaker and a bulkhead each. The record's places are its pool. */
const GUARDED = {
  mongo: { places: 100, waiting: 200, full: 'SCALE_002' },
  'redis-state': { places: 1000, waiting: 1000, full: 'BUSY' },
  s3: { places: 100, waiting: 200, full: 'BUSY' },
} as const;
export type GuardedName = keyof typeof GUARDED;
/** Part of the places that only critical work may take. */
const RESERVED_SHARE = 0.2;

/** The names by which callers speak of them to clients. */
const NAMES: Readonly<Record<string, GuardedName>> = {
  'The record': 'mongo',
  'The live index': 'redis-state',
  Redis: 'redis-state',
  'The object store': 's3',
};

export interface Guard {
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
}
export type Guards = Readonly<Record<GuardedName, Guard>>;

let guards: Guards | undefined;

const FAILURES = new Set(['UNAVAILABLE', 'TIMEOUT']);
const isFailure = (error: unknown) => FAILURES.has(asCodedError(error).code);

/** Breakers and bulkheads of this process; every call of `answerOf` goes through them from now on. */
export function openGuards(parts: { health: Health; metrics: Metrics; openMs: number }): Guards {
  const { health, metrics, openMs } = parts;
  const guardOf = (name: GuardedName): Guard => {
    const { places, waiting } = GUARDED[name];
    const onState = (state: BreakerState) => {
      metrics.breaker_open.set({ dependency: name }, state === 'closed' ? 0 : 1);
      if (state === 'closed') health.cleared(`circuit-${name}`);
      else health.degraded(`circuit-${name}`, `SCALE_004: it fails, the circuit is ${state}`);
    };
    const bulkhead = createBulkhead({
      places,
      reserved: Math.ceil(places * RESERVED_SHARE),
      waiting,
      waitMs: WAIT_MS,
    });
    return { breaker: createBreaker({ openMs, isFailure, onState }), bulkhead };
  };
  let alarm: NodeJS.Timeout | undefined;
  noPlace = (name) => {
    metrics.dependency_refused_total.inc({ dependency: name, why: 'full' });
    if (name !== 'mongo') return;
    health.degraded('mongo-pool', 'SCALE_002: calls find no connection');
    clearTimeout(alarm);
    alarm = setTimeout(() => health.cleared('mongo-pool'), ALARM_MS);
    alarm.unref();
  };
  notAsked = (name) => metrics.dependency_refused_total.inc({ dependency: name, why: 'open' });
  guards = { mongo: guardOf('mongo'), 'redis-state': guardOf('redis-state'), s3: guardOf('s3') };
  return guards;
}

let noPlace: (name: GuardedName) => void = () => undefined;
let notAsked: (name: GuardedName) => void = () => undefined;

const inTime = <T>(dependency: string, work: Promise<T>, timeoutMs: number): Promise<T> =>
  withinMs(work, timeoutMs, () => new CodedError('TIMEOUT', `${dependency} did not answer in time.`));

/**
 * Takes a place, then asks behind the breaker. The place is held until the work has settled, also when nobody waits for it any more: until
 * then it holds its connection. Who found no place says nothing about the dependency, so the breaker does not hear of him.
 */
function placed<T>(guard: Guard, dependency: string, work: () => Promise<T>, timeoutMs: number): Promise<T> {
  const { breaker, bulkhead } = guard;
  if (breaker.state() === 'open') throw new BreakerOpen(breaker.retryAfterMs());
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const inPlace = async (): Promise<void> => {
    let running: Promise<T> | undefined;
    const answer = breaker.run(() => {
      running = work();
      return inTime(dependency, running, timeoutMs);
    });
    answer.then(resolve, reject);
    await Promise.allSettled([answer, running]);
  };
  bulkhead.run(inPlace, isCritical()).catch(reject);
  return promise;
}

async function guarded<T>(
  name: GuardedName,
  guard: Guard,
  dependency: string,
  work: () => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  try {
    return await placed(guard, dependency, work, timeoutMs);
  } catch (error) {
    if (error instanceof BreakerOpen) {
      notAsked(name);
      throw new CodedError('SCALE_004', undefined, { retryAfterMs: Math.max(1000, error.retryAfterMs) });
    }
    if (error instanceof BulkheadFull) {
      noPlace(name);
      throw new CodedError(GUARDED[name].full, undefined, { cause: error });
    }
    throw error;
  }
}

/** Trying again is for reads that were cut off at once: each waits a little, at random. */
const RETRY = {
  baseMs: 25,
  mostMs: 200,
  again: (error: unknown) => asCodedError(error).code === 'UNAVAILABLE',
};

/**
 * Asks a dependency: behind its breaker, in its bulkhead, at most `timeoutMs`, so that a stopped server (one that accepts and never
 * answers) costs a request its deadline and not a connection for ever. `tries` above 1 is for reads only.
 * @throws CodedError TIMEOUT; SCALE_004 when the circuit is open; SCALE_002 (the record) or BUSY when no place came free in 2 s; otherwise
 * what `work` throws
 */
export async function answerOf<T>(
  dependency: string,
  work: Promise<T> | (() => Promise<T>),
  timeoutMs = READ_TIMEOUT_MS,
  tries = 1,
): Promise<T> {
  const name = NAMES[dependency];
  const guard = name && guards?.[name];
  const start = typeof work === 'function' ? work : () => work;
  if (name === undefined || guard === undefined) return inTime(dependency, start(), timeoutMs);
  // Begun already: when there is no place for it, the caller is told that, and its failure is nobody's.
  if (typeof work !== 'function') work.catch(() => undefined);
  const once = () => guarded(name, guard, dependency, start, timeoutMs);
  return tries === 1 ? once() : withRetries(once, { ...RETRY, tries });
}
