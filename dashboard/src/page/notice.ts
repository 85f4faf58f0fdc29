import { ERRORS, type ErrorCode } from '@rideline/contract';
import type { Link } from '../feed/link-state.ts';
import { formatAge } from '../time/age.ts';

/** What the operator must know about the picture: that it is not live, since when, and what happens next. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly code: ErrorCode | null;
  readonly canRetry: boolean;
}

export interface Sight {
  readonly link: Link;
  /** Ms of the newest frame of this connection, null before its first. */
  readonly frameAt: number | null;
  readonly badFrames: number;
  /** Something is on the map already. */
  readonly known: boolean;
  readonly now: number;
}

/** The gateway sends a frame at least once a second, also when nothing moves: this long without one is no hiccup. */
const STALE_MS = 5000;
/** A short break mends itself before anybody has read about it. */
const QUIET_MS = 700;

/** @param clock how a time is written: these are about the operator's own connection, so in his own zone */
export function noticeOf(sight: Sight, clock: (ms: number) => string): Notice | null {
  const { link, frameAt, badFrames, now } = sight;
  const sinceWhen = (from: number) => `since ${clock(from)} (${formatAge(Math.max(0, now - from))})`;
  if (link.kind === 'lost') {
    if (now - link.since <= QUIET_MS) return null;
    const why = link.code === null ? '' : ERRORS[link.code].text;
    const seen = sight.known ? 'What you see is from then.' : '';
    const text = [why, seen, nextTry(link.retryAt, now)].filter(Boolean).join(' ');
    return { title: `No connection ${sinceWhen(link.since)}.`, text, code: link.code, canRetry: true };
  }
  if (link.kind !== 'live') return null;
  if (badFrames > 0) {
    const text = 'Page and server are of different versions: reload the page.';
    return { title: 'The feed is not understood.', text, code: 'VALIDATION', canRetry: false };
  }
  const from = frameAt ?? link.since;
  if (now - from <= STALE_MS) return null;
  const text = 'The connection stands, but no picture of the fleet comes. What you see is from then.';
  return { title: `Stale feed ${sinceWhen(from)}.`, text, code: null, canRetry: true };
}

function nextTry(retryAt: number | null, now: number): string {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  return seconds <= 0 ? 'Trying now.' : `Next try in ${seconds} s.`;
}
