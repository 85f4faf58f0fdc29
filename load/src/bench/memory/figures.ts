import { addsUp } from '../ledger.ts';
import { type Spread, spreadOf } from '../spread.ts';
import type { Target } from '../targets.ts';
import {
  heldOf,
  type MemoryReading,
  type MemoryResult,
  type MemoryRun,
  SOCKETS,
  SUBJECTS,
  type SubjectName,
} from './run.ts';

/** 1 KB is 1,024 bytes here. */
export const KB = 1024;

export const TARGET_ABOVE_KB = 6;

/** KB per connection. */
export interface MemoryFigures {
  readonly subject: SubjectName;
  /** Heap used and external memory together: the target applies to this. */
  readonly held: Spread;
  readonly heapUsed: Spread;
  readonly external: Spread;
  readonly rss: Spread;
}

export function perSocketKb({ before, after }: MemoryRun, value: (reading: MemoryReading) => number): number {
  return (value(after) - value(before)) / SOCKETS / KB;
}

export function memoryFigures({ runs }: MemoryResult): MemoryFigures[] {
  return SUBJECTS.map((subject) => {
    const own = runs.filter((run) => run.subject === subject);
    const spread = (value: (reading: MemoryReading) => number) =>
      spreadOf(own.map((run) => perSocketKb(run, value)));
    return {
      subject,
      held: spread(heldOf),
      heapUsed: spread(({ heapUsed }) => heapUsed),
      external: spread(({ external }) => external),
      rss: spread(({ rss }) => rss),
    };
  });
}

export function memoryTargets(result: MemoryResult): Target[] {
  const median = (name: SubjectName) =>
    memoryFigures(result).find(({ subject }) => subject === name)?.held.median ?? Number.NaN;
  const above = median('ours') - median('bare');
  return [
    {
      what: `heap and external memory, ours above bare, KB per connection (target ≤ ${TARGET_ABOVE_KB})`,
      measured: above.toFixed(2),
      met: above <= TARGET_ABOVE_KB,
    },
  ];
}

/** What must never happen: a fix that is not stored. */
export const everyFixStored = ({ ledgers }: MemoryResult): boolean => ledgers.every(addsUp);
