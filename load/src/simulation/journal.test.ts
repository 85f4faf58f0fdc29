import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JournalEntry, parseJournalLine } from './journal.ts';
import { JournalFile } from './journal-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function entriesOf(path: string): Promise<JournalEntry[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line, index) => parseJournalLine(line, index + 1));
}

describe('LOAD-45: the journal of a simulated fleet', () => {
  test('is read back as it was written, with a header and an end', async () => {
    const path = join(folder, 'journal.jsonl');
    const journal = new JournalFile({ path, scenario: 'fleet', seed: '7' });
    journal.note({ kind: 'fixes.taken', driverId: 'd', boot: 'b', firstSeq: 0, times: [1, 2, 3] });
    journal.note({ kind: 'fault', userId: 'd', what: 'app killed' });
    expect(await journal.close()).toEqual({ entries: 3, dropped: 0 });
    const entries = await entriesOf(path);
    expect(entries.map(({ kind }) => kind)).toEqual(['journal', 'fixes.taken', 'fault', 'end']);
    expect(entries[0]).toMatchObject({ version: 1, writer: 'fleet', scenario: 'fleet', seed: '7' });
    expect(entries[3]).toMatchObject({ entries: 3, dropped: 0 });
  });

  test('has a limit: what is beyond it is counted, and the file says so', async () => {
    const path = join(folder, 'journal.jsonl');
    const journal = new JournalFile({ path, scenario: 'fleet', seed: null, mostBytes: 300 });
    for (let n = 0; n < 50; n++) journal.note({ kind: 'fault', userId: `d${n}`, what: 'app killed' });
    const { entries, dropped } = await journal.close();
    expect(entries + dropped).toBe(51);
    expect(dropped).toBeGreaterThan(40);
    expect((await entriesOf(path)).at(-1)).toMatchObject({ kind: 'end', dropped });
  });

  test('a line that is not an entry is refused with its number and without its content', async () => {
    const path = join(folder, 'journal.jsonl');
    const journal = new JournalFile({ path, scenario: 'fleet', seed: null });
    await journal.close();
    await writeFile(
      path,
      `${await readFile(path, 'utf8')}{"kind":"fault","at":1,"userId":"secret","hat":1}\n`,
    );
    const reading = entriesOf(path);
    await expect(reading).rejects.toThrow('line 3 of the journal');
    await expect(reading).rejects.not.toThrow('secret');
  });

  test('unknown fields, wrong versions and ranges that end before they begin are refused', () => {
    const ended = {
      kind: 'boot.ended',
      at: 1,
      driverId: 'd',
      boot: 'b',
      why: 'killed',
      taken: 3,
      durable: 0,
      received: 1,
      unacknowledged: [[2, 2]],
      lost: [],
      sentAgain: 0,
    };
    const parse = (entry: object) => parseJournalLine(JSON.stringify(entry), 1);
    expect(parse(ended)).toEqual(ended);
    expect(() => parse({ ...ended, more: 1 })).toThrow('line 1');
    expect(() => parse({ ...ended, lost: [[3, 2]] })).toThrow('line 1');
    expect(() =>
      parse({ kind: 'journal', at: 1, version: 2, writer: 'fleet', scenario: 'x', seed: null }),
    ).toThrow('line 1');
  });
});
