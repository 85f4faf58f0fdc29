import { expect, it } from 'vitest';
import type { Link } from '../feed/link-state.ts';
import { type NoticeInput, noticeOf } from './notice.ts';

const clock = (ms: number) => `t${ms}`;
const live: Link = { kind: 'live', sinceMs: 1000 };
const input = (more: Partial<NoticeInput>): NoticeInput => ({
  link: live,
  frameAtMs: null,
  badFrames: 0,
  known: true,
  nowMs: 1000,
  ...more,
});

it('MAP-13: five seconds without a frame are reported as a stale feed, with the time of the last frame', () => {
  expect(noticeOf(input({ frameAtMs: 2000, nowMs: 7000 }), clock)).toBeNull();
  expect(noticeOf(input({ frameAtMs: 2000, nowMs: 9000 }), clock)?.title).toBe(
    'Stale feed since t2000 (7 s).',
  );
  expect(noticeOf(input({ nowMs: 6001 }), clock)?.title).toBe('Stale feed since t1000 (5 s).');
});

it('MAP-13: a lost connection is reported with its reason, its age and the next attempt; a short interruption is not', () => {
  const link: Link = { kind: 'lost', sinceMs: 1000, code: 'DRAINING', retryAtMs: 4000, attempts: 2 };
  expect(noticeOf(input({ link, nowMs: 1500 }), clock)).toBeNull();
  expect(noticeOf(input({ link, nowMs: 2500 }), clock)).toEqual({
    title: 'No connection since t1000 (1 s).',
    text: 'This node is draining: reconnect after the given time. The data shown is from that time. Next attempt in 2 s.',
    code: 'DRAINING',
    canRetry: true,
  });
  const trying: Link = { ...link, code: null, retryAtMs: null };
  expect(noticeOf(input({ link: trying, known: false, nowMs: 2500 }), clock)?.text).toBe('Reconnecting now.');
});

it('MAP-13: frames of another version are reported, not silently ignored', () => {
  expect(noticeOf(input({ badFrames: 1 }), clock)).toMatchObject({ code: 'VALIDATION', canRetry: false });
  expect(noticeOf(input({ link: { kind: 'connecting' }, badFrames: 1 }), clock)).toBeNull();
});
