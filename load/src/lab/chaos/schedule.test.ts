import { expect, test } from 'vitest';
import { chaosSchedule, type ScheduleOptions } from './schedule.ts';

const options = (part: Partial<ScheduleOptions>): ScheduleOptions => ({
  seed: '1',
  fromMs: 10_000,
  minutes: 15,
  processes: ['gateway-1', 'gateway-2', 'api-1', 'workers-1'],
  hasS3: true,
  canSlowMongo: true,
  ...part,
});
const SEEDS = Array.from({ length: 30 }, (_, seed) => String(seed));

test('LOAD-18: a run of 15 minutes breaks everything, each outage for 20 s, and kills 15 times', () => {
  const schedule = chaosSchedule(options({}));
  const kinds = schedule.map(({ fault }) => (fault.kind === 'stop' ? fault.server : fault.kind));
  expect(new Set(kinds)).toEqual(
    new Set([
      'kill',
      'mongo',
      'redis-log',
      'redis-state',
      'redis-cache',
      's3',
      'slow-mongo',
      'delay-stream-reads',
    ]),
  );
  expect(kinds.filter((kind) => kind === 'kill')).toHaveLength(15);
  const outages = schedule.filter(({ fault }) => fault.kind !== 'kill');
  expect(new Set(outages.map(({ holdMs }) => holdMs))).toEqual(new Set([20_000]));
});

test('LOAD-18: the same seed breaks the same things at the same times, another seed others', () => {
  expect(chaosSchedule(options({}))).toEqual(chaosSchedule(options({})));
  expect(chaosSchedule(options({ seed: '2' }))).not.toEqual(chaosSchedule(options({})));
});

test('LOAD-18: faults of any length of run lie in the load, one after the other, each healed before the next', () => {
  for (const seed of SEEDS) {
    for (const minutes of [0.2, 0.5, 1, 3, 7, 15, 60]) {
      const schedule = chaosSchedule(options({ seed, minutes }));
      expect(schedule.length).toBeGreaterThan(0);
      schedule.forEach(({ atMs, holdMs, name }, index) => {
        expect(holdMs).toBeGreaterThan(0);
        expect(atMs).toBeGreaterThanOrEqual(10_000);
        expect(atMs + holdMs).toBeLessThan(schedule[index + 1]?.atMs ?? 10_000 + minutes * 60_000);
        expect(schedule.filter((each) => each.name === name)).toHaveLength(1);
      });
    }
  }
});

test('LOAD-18: without S3, and with a replica set, they are not broken', () => {
  const schedule = chaosSchedule(options({ hasS3: false, canSlowMongo: false }));
  const texts = schedule.map(({ name }) => name).join();
  expect(texts).not.toMatch(/s3|slowed/);
});
