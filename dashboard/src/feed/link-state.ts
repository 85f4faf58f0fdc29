import { ERRORS, type ErrorCode } from '@rideline/contract';

/** The page's connection to a gateway. Times are wall ms of this browser. */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly since: number }
  /** It was live, or tries to be; it goes on trying. `retryAt` null: an attempt is on its way. */
  | {
      readonly kind: 'lost';
      readonly since: number;
      readonly code: ErrorCode | null;
      readonly retryAt: number | null;
      readonly attempts: number;
    }
  /** The server refuses this page for good: trying again changes nothing. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail: string }
  /** The token is no longer good: sign in again. */
  | { readonly kind: 'signed_out'; readonly code: ErrorCode };

export type LinkEvent =
  | { readonly kind: 'connected' }
  /** A refusal, a goodbye or a broken wire; `retryAt` is when the next attempt is due. */
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode | null;
      readonly detail?: string | undefined;
      readonly retryAt: number;
    }
  | { readonly kind: 'retrying' };

export function nextLink(link: Link, event: LinkEvent, now: number): Link {
  switch (event.kind) {
    case 'connected':
      return { kind: 'live', since: now };
    case 'retrying':
      return link.kind === 'lost' ? { ...link, retryAt: null } : link;
    case 'failed':
      return failedLink(link, event, now);
  }
}

function failedLink(link: Link, event: Extract<LinkEvent, { kind: 'failed' }>, now: number): Link {
  if (link.kind === 'refused' || link.kind === 'signed_out') return link;
  const { code } = event;
  const advice = code === null ? 'later' : ERRORS[code].retry;
  if (code !== null && advice === 'reauthenticate') return { kind: 'signed_out', code };
  if (code !== null && advice !== 'later' && code !== 'CONNECTION_REPLACED') {
    return { kind: 'refused', code, detail: event.detail ?? ERRORS[code].text };
  }
  const since = link.kind === 'lost' ? link.since : now;
  const attempts = link.kind === 'lost' ? link.attempts + 1 : 0;
  // A broken wire after a goodbye says nothing new: the goodbye's reason stays.
  const reason = code ?? (link.kind === 'lost' ? link.code : null);
  return { kind: 'lost', since, code: reason, retryAt: event.retryAt, attempts };
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;

/**
 * Wait before the next attempt: doubling to 8 s with ±30 % of chance, so that a thousand pages do not come back in one
 * moment; never sooner than the server asked.
 * @param random in [0, 1)
 */
export function retryDelayMs(attempts: number, askedMs: number | undefined, random: number): number {
  const doubled = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts, 10));
  return Math.round(Math.max(doubled, askedMs ?? 0) * (0.7 + 0.6 * random));
}
