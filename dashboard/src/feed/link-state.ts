import { ERRORS, type ErrorCode } from '@rideline/contract';

/** The page's connection to a gateway. Times are epoch ms that never step back (`monotonicNowMs` in page/page.ts). */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly sinceMs: number }
  /** Disconnected, with retries. `retryAtMs` is null while an attempt is in progress. */
  | {
      readonly kind: 'lost';
      readonly sinceMs: number;
      readonly code: ErrorCode | null;
      readonly retryAtMs: number | null;
      readonly attempts: number;
    }
  /** The server refuses this page permanently: a retry does not help. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail: string }
  /** The token is no longer valid: the operator must sign in again. */
  | { readonly kind: 'signed_out'; readonly code: ErrorCode };

export type LinkEvent =
  | { readonly kind: 'connected' }
  /** A refusal, a goodbye or a broken connection; `retryAtMs` is when the next attempt is due. */
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode | null;
      readonly detail?: string | undefined;
      readonly retryAtMs: number;
    }
  | { readonly kind: 'retrying' };

export function nextLink(link: Link, event: LinkEvent, nowMs: number): Link {
  switch (event.kind) {
    case 'connected':
      return { kind: 'live', sinceMs: nowMs };
    case 'retrying':
      return link.kind === 'lost' ? { ...link, retryAtMs: null } : link;
    case 'failed':
      return failedLink(link, event, nowMs);
  }
}

function failedLink(link: Link, event: Extract<LinkEvent, { kind: 'failed' }>, nowMs: number): Link {
  if (link.kind === 'refused' || link.kind === 'signed_out') return link;
  const { code } = event;
  const advice = code === null ? 'later' : ERRORS[code].retry;
  if (code !== null && advice === 'reauthenticate') return { kind: 'signed_out', code };
  if (code !== null && advice !== 'later' && code !== 'CONNECTION_REPLACED') {
    return { kind: 'refused', code, detail: event.detail ?? ERRORS[code].text };
  }
  const sinceMs = link.kind === 'lost' ? link.sinceMs : nowMs;
  const attempts = link.kind === 'lost' ? link.attempts + 1 : 0;
  // A disconnect that follows a goodbye has no reason of its own: the goodbye's reason is kept.
  const reason = code ?? (link.kind === 'lost' ? link.code : null);
  return { kind: 'lost', sinceMs, code: reason, retryAtMs: event.retryAtMs, attempts };
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 8000;

/**
 * Delay before the next attempt: doubles up to 8 s, varied by ±30 %, so that a thousand pages do not reconnect at the
 * same moment; based on the server's requested delay where that is longer.
 * @param random in [0, 1)
 */
export function retryDelayMs(attempts: number, requestedDelayMs: number | undefined, random: number): number {
  const doubled = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts, 10));
  return Math.round(Math.max(doubled, requestedDelayMs ?? 0) * (0.7 + 0.6 * random));
}
