import { CodedError } from '@rideline/contract';
import type { DegradationLevel } from '@rideline/platform/overload/degradation';
import type { Route } from '../http/route.ts';

/** Retry-After of shed requests, plus up to the same again at random, so that clients do not return at once, ms. */
const RETRY_MS = 5000;

/** Requests shed at each level; critical ones never are. A cached answer costs almost nothing. */
export function isShed(route: Pick<Route, 'limit' | 'method' | 'cache'>, level: DegradationLevel): boolean {
  switch (route.limit) {
    case 'none':
    case 'critical':
      return false;
    case 'sign-in':
      return level >= 3;
    case 'upload':
      return level >= 2;
    case 'standard':
      return level >= (route.method === 'get' && route.cache === undefined ? 1 : 2);
  }
}

export const shedError = () =>
  new CodedError('SHED', undefined, { retryAfterMs: Math.ceil(RETRY_MS * (1 + Math.random())) });
