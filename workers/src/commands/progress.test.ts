import { expect, it } from 'vitest';
import { createReporter, progressLine, progressOf } from './progress.ts';

const tracks = { step: 'tracks', unit: 'documents', before: 0, ended: false } as const;

it('OPS-83: progress has counts, rate and estimate; what an interrupted run had done says nothing about the rate', () => {
  const fresh = progressOf({ ...tracks, done: 12_000, total: 124_283, elapsedMs: 10_000 });
  expect(fresh).toEqual({
    step: 'tracks',
    unit: 'documents',
    done: 12_000,
    total: 124_283,
    perSecond: 1200,
    secondsLeft: 94,
    state: 'running',
  });
  expect(progressLine(fresh)).toBe(
    'tracks: 12,000 of 124,283 documents (9 %), 1,200/s, about 1 min 34 s left',
  );
  const continued = progressOf({
    ...tracks,
    before: 100_000,
    done: 112_000,
    total: 124_000,
    elapsedMs: 10_000,
  });
  expect(continued).toMatchObject({ perSecond: 1200, secondsLeft: 10 });
});

it('OPS-83: what is not known is left out', () => {
  const begun = progressOf({ ...tracks, done: 0, total: null, elapsedMs: 5 });
  expect(progressLine(begun)).toBe('tracks: 0 documents so far');
  const waiting = progressOf({ ...tracks, done: 0, total: 10, elapsedMs: 60_000 });
  expect([waiting.secondsLeft, progressLine(waiting)]).toEqual([null, 'tracks: 0 of 10 documents (0 %)']);
  const more = progressOf({ ...tracks, done: 12, total: 10, elapsedMs: 1000 });
  expect(progressLine(more)).toBe('tracks: 12 of 10 documents (100 %), 12/s, about 0 s left');
});

it('OPS-83: --json prints one object a line, also for lines of text', async () => {
  const lines: string[] = [];
  const report = createReporter({ write: (text) => lines.push(text) }, { json: true });
  report.say('begins');
  await report.step({ name: 'trips', unit: 'trips', total: 2 }, async (count) => count.add(2));
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { message: 'begins' },
    expect.objectContaining({ step: 'trips', done: 0, state: 'running' }),
    expect.objectContaining({ step: 'trips', done: 2, total: 2, secondsLeft: 0, state: 'done' }),
  ]);
});
