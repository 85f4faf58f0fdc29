import { ERRORS, type ErrorCode } from '@rideline/contract';
import type { Link } from '../feed/link-state.ts';
import { formatAge } from '../time/age.ts';

/** Tells the operator that the shown data is not live, since when, and what happens next. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly code: ErrorCode | null;
  readonly canRetry: boolean;
}

export interface NoticeInput {
  readonly link: Link;
  /** Time of the newest frame of this connection, null before its first. */
  readonly frameAtMs: number | null;
  readonly badFrames: number;
  /** The map already shows a fleet. */
  readonly known: boolean;
  readonly nowMs: number;
}

/** The gateway sends a frame at least once a second, even when nothing moves: a longer gap is a fault. */
const STALE_MS = 5000;
/** A shorter interruption recovers before anybody can read a message about it. */
const QUIET_MS = 700;

/** @param clock formats a time: these times are about the operator's own connection, so they are in the operator's time zone */
export function noticeOf(sight: NoticeInput, clock: (ms: number) => string): Notice | null {
  const { link, frameAtMs, badFrames, nowMs } = sight;
  const sinceWhen = (from: number) => `since ${clock(from)} (${formatAge(Math.max(0, nowMs - from))})`;
  if (link.kind === 'lost') {
    if (nowMs - link.sinceMs <= QUIET_MS) return null;
    const why = link.code === null ? '' : ERRORS[link.code].text;
    const seen = sight.known ? 'The data shown is from that time.' : '';
    const text = [why, seen, nextAttempt(link.retryAtMs, nowMs)].filter(Boolean).join(' ');
    return { title: `No connection ${sinceWhen(link.sinceMs)}.`, text, code: link.code, canRetry: true };
  }
  if (link.kind !== 'live') return null;
  if (badFrames > 0) {
    const text = 'The page and the server run different versions: reload the page.';
    return { title: 'The feed cannot be read.', text, code: 'VALIDATION', canRetry: false };
  }
  const from = frameAtMs ?? link.sinceMs;
  if (nowMs - from <= STALE_MS) return null;
  const text = 'The connection is open, but no fleet data arrives. The data shown is from that time.';
  return { title: `Stale feed ${sinceWhen(from)}.`, text, code: null, canRetry: true };
}

function nextAttempt(retryAtMs: number | null, nowMs: number): string {
  const seconds = retryAtMs === null ? 0 : Math.ceil((retryAtMs - nowMs) / 1000);
  return seconds <= 0 ? 'Reconnecting now.' : `Next attempt in ${seconds} s.`;
}
