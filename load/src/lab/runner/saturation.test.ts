import { expect, test } from 'vitest';
import type { ProcessRecord } from '../run-report.ts';
import { openFilesProblem } from './open-files.ts';
import { saturationText } from './saturation.ts';

function process(name: string, kind: ProcessRecord['kind'], cores: [number, number][]): ProcessRecord {
  const lag: [number, number][] = [[20_000, 70]];
  return {
    ...{ name, kind, cpuCores: cores, rssBytes: [], heapBytes: [], openFiles: [] },
    ...{ gcSecondsPerSecond: [], eventLoopP99Ms: kind === 'rideline' ? lag : [], cpuSecondsTotal: 0 },
  };
}
const PROCESSES = [
  process('api-1', 'rideline', [
    [0, 0.1],
    [20_000, 0.9],
  ]),
  process('artillery', 'generator', [
    [0, 0.8],
    [20_000, 0.4],
  ]),
];

test('LOAD-23: what was busy at the worst time of a latency, and the share of the generator', () => {
  expect(saturationText(PROCESSES, 20_000, 2)).toBe(
    'busiest at 20 s: api-1 0.90 cores, event loop p99 70 ms; artillery 0.40 cores; all programs 1.30 of 2 cores, generator 0.40 of them',
  );
  expect(saturationText(PROCESSES, 0, 2)).toMatch(/^busiest at 0 s: artillery 0.80 cores; api-1/);
  expect(saturationText([], null, 2)).toBe('no CPU was read');
});

test('LOAD-23: more users than one generator may open files are told', () => {
  expect(openFilesProblem(10_000, 20_000)).toBeNull();
  expect(openFilesProblem(10_000, 1024)).toContain('ulimit -n');
  expect(openFilesProblem(1_000_000, Number.POSITIVE_INFINITY)).toBeNull();
});
