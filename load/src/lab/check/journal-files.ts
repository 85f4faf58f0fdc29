import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { JOURNAL_LINE_MOST, type JournalEntry, parseJournalLine } from '../../simulation/journal.ts';

const JOURNAL = /\.(?:jsonl|ndjson)$/;
/** Most journals of a run: one for each process that simulates people. */
const MOST_FILES = 1000;
const READ_BYTES = 256 * 1024;

/** The journals of a folder, by name. @throws LaunchError when there are none, or too many */
export async function journalFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    throw new LaunchError(`cannot read the folder ${dir} (${error.code})`, 'Name the folder of a run');
  });
  const files = names.filter((name) => JOURNAL.test(name)).sort();
  if (files.length === 0 || files.length > MOST_FILES)
    throw new LaunchError(
      `the folder ${dir} has ${files.length} journals`,
      `Name a folder with 1 to ${MOST_FILES} files *.jsonl or *.ndjson`,
    );
  return files.map((name) => join(dir, name));
}

/** How a journal ended. Not finished: its writer was killed. `dropped`: entries that the writer left out. */
export interface JournalEnd {
  readonly isFinished: boolean;
  readonly dropped: number;
}

/** The lines of a file. `isWhole`: false for a last line without its end, which a killed writer leaves. */
async function* linesOf(file: string): AsyncGenerator<{ line: string; isWhole: boolean }> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: READ_BYTES })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { line, isWhole: true };
    if (rest.length > JOURNAL_LINE_MOST)
      throw new Error(`${file}: a line is longer than ${JOURNAL_LINE_MOST} characters`);
  }
  if (rest !== '') yield { line: rest, isWhole: false };
}

/**
 * Gives the entries of one journal to `take`, in bounded memory.
 * @throws Error that names the line which is no entry, unless it is a last line that was not written to its end
 */
export async function readJournal(file: string, take: (entry: JournalEntry) => void): Promise<JournalEnd> {
  let end: JournalEnd = { isFinished: false, dropped: 0 };
  let lineNumber = 0;
  for await (const { line, isWhole } of linesOf(file)) {
    lineNumber += 1;
    let entry: JournalEntry;
    try {
      entry = parseJournalLine(line, lineNumber);
    } catch (error) {
      if (!isWhole) break;
      throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
    }
    if (entry.kind === 'end') end = { isFinished: true, dropped: entry.dropped };
    take(entry);
  }
  return end;
}
