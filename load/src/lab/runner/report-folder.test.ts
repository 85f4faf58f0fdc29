import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepJournals } from './report-folder.ts';

test('LOAD-68: journals of two runs into one report folder are kept apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const journalDir = join(folder, 'work');
  await mkdir(journalDir);
  await writeFile(join(journalDir, 'artillery.ndjson'), '');
  const first = await keepJournals(folder, journalDir);
  await rm(join(journalDir, 'artillery.ndjson'));
  await writeFile(join(journalDir, 'artillery-1.ndjson'), '');
  const second = await keepJournals(folder, journalDir);
  expect(await readdir(first)).toEqual(['artillery.ndjson']);
  expect(await readdir(second)).toEqual(['artillery-1.ndjson']);
  expect((await readdir(folder)).filter((name) => name.startsWith('journals-'))).toHaveLength(2);
});
