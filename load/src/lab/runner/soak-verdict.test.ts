import { expect, test } from 'vitest';
import type { ProcessRecord } from '../run-report.ts';
import { soakVerdicts } from './soak-verdict.ts';

const MB = 1_000_000;
/** One sample a minute for an hour. */
const series = (value: (minute: number) => number): [number, number][] =>
  Array.from({ length: 60 }, (_, minute) => [minute * 60_000, value(minute)]);
function process(part: Partial<ProcessRecord>): ProcessRecord {
  const level = series(() => 100 * MB);
  return {
    name: 'api-1',
    kind: 'rideline',
    cpuCores: series(() => 0.5),
    rssBytes: level,
    heapBytes: level,
    openFiles: series(() => 40),
    gcSecondsPerSecond: [],
    eventLoopP99Ms: [],
    cpuSecondsTotal: 1,
    ...part,
  };
}
const verdict = (part: Partial<ProcessRecord>) => soakVerdicts([process(part)])[0];

test('LOAD-20: a level program is flat; the warm-up of the first quarter does not count', () => {
  expect(verdict({ rssBytes: series((minute) => Math.min(100, 40 + 4 * minute) * MB) })?.flat).toBe(true);
});

test('LOAD-20: growing memory or files are not flat, with their slopes an hour', () => {
  const grown = verdict({ rssBytes: series((minute) => (100 + minute) * MB) });
  expect(grown?.flat).toBe(false);
  expect(grown?.rssMbPerHour).toBeCloseTo(60);
  expect(verdict({ openFiles: series((minute) => 40 + minute) })?.flat).toBe(false);
});

test('LOAD-20: stores and the generator are not judged', () => {
  const grows = { rssBytes: series((minute) => (100 + minute) * MB) };
  expect(verdict({ ...grows, name: 'mongo', kind: 'server' })?.flat).toBeNull();
  expect(verdict({ ...grows, name: 'artillery', kind: 'generator' })?.flat).toBeNull();
});
