import { type DocumentCore, unreachable } from './document.ts';

/** Delay of the check after a grant expires, ms: the file may still be in transit. */
export const GRANT_GRACE_MS = 30_000;
/** A document without progress is checked after this, ms. */
export const JOB_CHECK_MS = 30_000;
/** A pending notification of the owner is sent again after this, ms. */
export const NOTIFY_RETRY_MS = 5000;

/** A document that a check left due is checked again after this, ms. */
export const STILL_DUE_RETRY_MS = 10_000;

/** When a document that has just entered this state must be checked; its owner has not been notified yet. */
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
      return new Date(nowMs + NOTIFY_RETRY_MS);
    default:
      return unreachable(state);
  }
}

const DAY_MS = 24 * 3_600_000;
/** Retention of unused forms and of rejected documents. */
const EXPIRED_KEPT_MS = 7 * DAY_MS;
const REJECTED_KEPT_MS = 90 * DAY_MS;

/** When a document that has entered this state is deleted from MongoDB; null: never. */
export function deletionTime({ state }: Pick<DocumentCore, 'state'>, nowMs: number): Date | null {
  if (state.name === 'expired') return new Date(nowMs + EXPIRED_KEPT_MS);
  return state.name === 'rejected' ? new Date(nowMs + REJECTED_KEPT_MS) : null;
}
