import { expect, test } from 'vitest';
import { runCpu } from './run-cpu.ts';

test('programs that store count until all is durable, the others while frames are sent', () => {
  const readings = {
    before: new Map([
      ['gateway-1', 100],
      ['redis-log', 100],
      ['workers-1', 100],
      ['mongo', 100],
      ['clients', 100],
    ]),
    sent: new Map([
      ['gateway-1', 150],
      ['redis-log', 120],
      ['workers-1', 130],
      ['mongo', 140],
      ['clients', 190],
    ]),
    durable: new Map([
      ['gateway-1', 155],
      ['redis-log', 125],
      ['workers-1', 170],
      ['mongo', 180],
      ['clients', 195],
    ]),
  };
  const cpu = runCpu(readings, /^(workers|mongo|redis)/);
  expect(Object.fromEntries(cpu)).toEqual({
    'gateway-1': 50,
    'redis-log': 25,
    'workers-1': 70,
    mongo: 80,
    clients: 90,
  });
});

test('a program that has exited at the end has no figure', () => {
  const before = new Map([['gateway-1', 100]]);
  expect(runCpu({ before, sent: before, durable: new Map() }, /^mongo/).size).toBe(0);
});
