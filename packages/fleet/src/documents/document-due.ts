import { type DocumentCore, unreachable } from './document.ts';

/** After a grant's end the file may still be under way: looked for this much later, ms. */
export const GRANT_GRACE_MS = 30_000;
/** A job that has not been heard of for so long is looked after, ms. */
export const JOB_CHECK_MS = 30_000;
/** What the owner was not told of is told again after this, ms. */
export const TELL_CHECK_MS = 5000;

/** When somebody has to look at a document that has just come to this state; its owner has not been told of it yet. */
export function dueAfter({ state }: Pick<DocumentCore, 'state'>, nowMs: number): Date {
  switch (state.name) {
    case 'granted':
      return new Date(state.expiresAt + GRANT_GRACE_MS);
    case 'uploaded':
    case 'processing':
      return new Date(nowMs + JOB_CHECK_MS);
    case 'processed':
    case 'rejected':
    case 'expired':
      return new Date(nowMs + TELL_CHECK_MS);
    default:
      return unreachable(state);
  }
}

const DAY_MS = 24 * 3_600_000;
/** Forms that nobody used, and documents that were not taken, are of use for so long: then for nobody any more. */
const EXPIRED_KEPT_MS = 7 * DAY_MS;
const REJECTED_KEPT_MS = 90 * DAY_MS;

/** When a document that has come to this state leaves the record; null: it stays. */
export function forgottenAt({ state }: Pick<DocumentCore, 'state'>, nowMs: number): Date | null {
  if (state.name === 'expired') return new Date(nowMs + EXPIRED_KEPT_MS);
  return state.name === 'rejected' ? new Date(nowMs + REJECTED_KEPT_MS) : null;
}
