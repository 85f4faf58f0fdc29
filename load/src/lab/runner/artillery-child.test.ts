import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArtilleryChild } from './artillery-child.ts';

let folder: string;
let child: ArtilleryChild;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artillery-child-'));
  child = await ArtilleryChild.start({
    part: 'artillery',
    command: process.execPath,
    args: ['-e', 'setInterval(() => undefined, 1000)'],
    cwd: folder,
    env: {},
    recordFile: join(folder, 'record.ndjson'),
    logFile: join(folder, 'log'),
  });
});
afterEach(async () => {
  await child.stop();
  await rm(folder, { recursive: true });
});

const period = (at: number) => JSON.stringify({ kind: 'period', period: at, counters: {}, histograms: {} });
const record = (text: string) => appendFile(join(folder, 'record.ndjson'), text);
const periodsOf = async (reads: readonly Promise<{ readonly periods: readonly { period: number }[] }>[]) =>
  (await Promise.all(reads)).map(({ periods }) => periods.map(({ period }) => period));

test('LOAD-14: each interval counts once, also when the record is read twice at the same time', async () => {
  await record(`${period(1)}\n${period(2).slice(0, 9)}`);
  expect(await periodsOf([child.read(), child.read()])).toEqual([[1], [1]]);
  await record(`${period(2).slice(9)}\n`);
  expect(await periodsOf([child.read(), child.read()])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('LOAD-14: a line that cannot be read is an error of its read alone', async () => {
  await record('nonsense\n');
  const reads = await Promise.allSettled([child.read(), child.read()]);
  expect(reads.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await record(`${period(1)}\n`);
  expect(await periodsOf([child.read()])).toEqual([[1]]);
});
