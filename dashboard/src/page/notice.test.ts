import { expect, it } from 'vitest';
import type { Link } from '../feed/link-state.ts';
import { noticeOf, type Sight } from './notice.ts';

const clock = (ms: number) => `t${ms}`;
const live: Link = { kind: 'live', since: 1000 };
const sight = (more: Partial<Sight>): Sight => ({
  link: live,
  frameAt: null,
  badFrames: 0,
  known: true,
  now: 1000,
  ...more,
});

it('MAP-13: five seconds without a frame are a stale feed, told with since when', () => {
  expect(noticeOf(sight({ frameAt: 2000, now: 7000 }), clock)).toBeNull();
  expect(noticeOf(sight({ frameAt: 2000, now: 9000 }), clock)?.title).toBe('Stale feed since t2000 (7 s).');
  expect(noticeOf(sight({ now: 6001 }), clock)?.title).toBe('Stale feed since t1000 (5 s).');
});

it('MAP-13: a lost connection is told with its reason, its age and its next try; a short break is not', () => {
  const link: Link = { kind: 'lost', since: 1000, code: 'DRAINING', retryAt: 4000, attempts: 2 };
  expect(noticeOf(sight({ link, now: 1500 }), clock)).toBeNull();
  expect(noticeOf(sight({ link, now: 2500 }), clock)).toEqual({
    title: 'No connection since t1000 (1 s).',
    text: 'This node is being drained: connect again after the time given. What you see is from then. Next try in 2 s.',
    code: 'DRAINING',
    canRetry: true,
  });
  const trying: Link = { ...link, code: null, retryAt: null };
  expect(noticeOf(sight({ link: trying, known: false, now: 2500 }), clock)?.text).toBe('Trying now.');
});

it('MAP-13: frames of another version are told instead of being left out in silence', () => {
  expect(noticeOf(sight({ badFrames: 1 }), clock)).toMatchObject({ code: 'VALIDATION', canRetry: false });
  expect(noticeOf(sight({ link: { kind: 'connecting' }, badFrames: 1 }), clock)).toBeNull();
});
