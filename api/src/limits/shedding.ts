import { CodedError } from '@rideline/contract';
import type { DegradationLevel, Levels } from '@rideline/platform/overload/degradation';
import { answersWithoutMongo } from '../cache/stale-policy.ts';
import type { Route } from '../http/route.ts';

/** Retry-After of shed requests, plus up to the same again at random, so that clients do not return at once, ms. */
const RETRY_MS = 5000;

type ShedRoute = Pick<Route, 'limit' | 'method' | 'path' | 'cache'>;

function isShedAt(route: ShedRoute, level: DegradationLevel): boolean {
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

/**
 * Requests shed at each level; critical ones never are. A cached answer costs almost nothing. A route that has a stale answer is not shed for
 * an open circuit: its read is refused unmade, and the stale answer is given.
 */
export function isShed(route: ShedRoute, { level, load }: Levels): boolean {
  return isShedAt(route, answersWithoutMongo(route) ? load : level);
}

export const shedError = () =>
  new CodedError('SHED', undefined, { retryAfterMs: Math.ceil(RETRY_MS * (1 + Math.random())) });
