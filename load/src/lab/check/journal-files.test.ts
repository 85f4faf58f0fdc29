import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JOURNAL_LINE_MOST, type JournalEntry } from '../../simulation/journal.ts';
import { journalFiles, readJournal } from './journal-files.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rideline-journal-'));
});
afterAll(() => rm(dir, { recursive: true }));

const header = JSON.stringify({
  kind: 'journal',
  at: 1,
  version: 1,
  writer: 'fleet',
  scenario: 's',
  seed: null,
});
const fault = (what: string) => JSON.stringify({ kind: 'fault', at: 2, userId: 'u', what });
const end = (dropped = 0) => JSON.stringify({ kind: 'end', at: 3, entries: 1, dropped });

async function read(text: string) {
  const file = join(dir, 'one.jsonl');
  await writeFile(file, text);
  const entries: JournalEntry[] = [];
  const ended = await readJournal(file, (entry) => entries.push(entry));
  return { kinds: entries.map(({ kind }) => kind), ...ended };
}

it('LOAD-63: a journal is read to its end; a killed writer leaves a torn last line and no end', async () => {
  expect(await read(`${header}\n${fault('a')}\n${end(3)}\n`)).toEqual({
    kinds: ['journal', 'fault', 'end'],
    isFinished: true,
    dropped: 3,
  });
  expect(await read(`${header}\n${fault('a')}\n${fault('b').slice(0, 12)}`)).toEqual({
    kinds: ['journal', 'fault'],
    isFinished: false,
    dropped: 0,
  });
});

it('LOAD-63: a damaged line anywhere else, an unknown entry and an endless line are refused with their place', async () => {
  await expect(read(`${header}\n{"kind":"fau\n${end()}\n`)).rejects.toThrow(/one\.jsonl: line 2 /);
  await expect(read(`${header}\n{"kind":"guess","at":1}\n`)).rejects.toThrow(/line 2 /);
  await expect(read(`${header}\n${'x'.repeat(JOURNAL_LINE_MOST * 5)}`)).rejects.toThrow(/longer than/);
});

it('LOAD-63: journals end in .jsonl or .ndjson; a folder without journals is refused', async () => {
  for (const name of ['1.ndjson', 'one.jsonl', 'report.json']) await writeFile(join(dir, name), '');
  expect(await journalFiles(dir)).toEqual([join(dir, '1.ndjson'), join(dir, 'one.jsonl')]);
  await rm(join(dir, '1.ndjson'));
  await rm(join(dir, 'one.jsonl'), { force: true });
  await expect(journalFiles(dir)).rejects.toThrow(/has 0 journals/);
  await expect(journalFiles(join(dir, 'missing'))).rejects.toThrow(/cannot read the folder/);
});
