import { CodedError } from '@rideline/contract';
import { withinMs as settledWithin } from '@rideline/platform/overload/deadline';

const unavailable = () => new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 1000 });

/** The promise's outcome, if it comes in time; the promise itself goes on. @throws CodedError UNAVAILABLE when it takes longer */
export const withinMs = <Value>(promise: Promise<Value>, ms: number): Promise<Value> =>
  settledWithin(promise, ms, unavailable);
