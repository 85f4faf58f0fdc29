import { LIMITS } from '@rideline/contract';
import { expect, test } from 'vitest';
import { EventLimiter } from './event-limiter.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const T = 10 * HOUR_MS;

test('LIM-2: after the wall clock was set back an ordinary socket goes on within a second, and is not closed', () => {
  const limiter = new EventLimiter();
  for (let second = 0; second < 60; second++) expect(limiter.take(T + second * SECOND_MS)).toBe('pass');
  const back = T - HOUR_MS;
  const answers = Array.from({ length: 60 }, (_, second) => limiter.take(back + second * SECOND_MS));
  expect(answers.slice(1)).not.toContain('refuse');
  expect(answers).not.toContain('close');
});

test('LIM-2: continuous excess closes a socket ten seconds after the wall clock was set back, too', () => {
  const limiter = new EventLimiter();
  const flood = (fromMs: number, ms: number) => {
    const answers = new Set<string>();
    for (let at = 0; at < ms; at += 10) answers.add(limiter.take(fromMs + at));
    return answers;
  };
  expect(flood(T, 5000)).not.toContain('close');
  expect(flood(T - HOUR_MS, LIMITS.rateLimitedCloseMs - SECOND_MS)).not.toContain('close');
  expect(flood(T - HOUR_MS + LIMITS.rateLimitedCloseMs - SECOND_MS, 2 * SECOND_MS)).toContain('close');
});
