import { addsUp, ledgerText } from '../ledger.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import type { BenchOutcome } from '../save-outcome.ts';
import { type Spread, spreadOf, spreadText } from '../spread.ts';
import { type Target, targetLines } from '../targets.ts';
import {
  heldOf,
  type MemoryReading,
  type MemoryResult,
  type MemoryRun,
  SOCKETS,
  SUBJECTS,
  type SubjectName,
} from './run.ts';

/** KB here are 1,024 bytes. */
const KB = 1024;
const TARGET_ABOVE_KB = 6;

/** KB of a connection. */
export interface MemoryFigures {
  readonly subject: SubjectName;
  /** Heap used and external memory together: what is wanted is said of this. */
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
      what: `heap and external memory, ours above bare, KB a connection (target ≤ ${TARGET_ABOVE_KB})`,
      measured: above.toFixed(2),
      met: above <= TARGET_ABOVE_KB,
    },
  ];
}

const LEFT_OUT =
  'Left out: what the kernel keeps for a socket, the generator, riders and their followed trips, traffic (drivers are silent when it is read), HAProxy.';

export function memoryReport(result: MemoryResult): string {
  return [
    machineText(),
    `${SOCKETS} drivers on one gateway, at rest after a frame each, forced GCs until memory stands still; (with them − before any) ÷ ${SOCKETS}; ${result.rounds} rounds of fresh processes in turn, the same V8 flags; median (least–greatest); load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    tableText(
      ['KB (1,024 bytes) a connection', 'heap + external', 'heap used', 'external', 'RSS'],
      memoryFigures(result).map(({ subject, held, heapUsed, external, rss }) => [
        subject,
        ...[held, heapUsed, external, rss].map((spread) => spreadText(spread, 2)),
      ]),
    ),
    '',
    ...targetLines(memoryTargets(result)),
    ...result.ledgers.map(ledgerText),
    'Bare keeps what came with the upgrade of each connection (its request), as Socket.IO does; ours lets it go.',
    LEFT_OUT,
  ].join('\n');
}

export function memoryPlots(result: MemoryResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'memory',
      svg: barPlot({
        title: `Memory of a connection, ${SOCKETS} drivers on one gateway, after a forced GC`,
        unit: 'KB a connection',
        bars: memoryFigures(result).map(({ subject, held, heapUsed, external }) => ({
          label: subject,
          parts: [
            { name: 'heap used', value: heapUsed.median },
            { name: 'external', value: external.median },
          ],
          range: held,
        })),
        note: `${measuredText()}. ${LEFT_OUT}`,
      }),
    },
  ];
}

export function memoryJson(result: MemoryResult): object {
  return { sockets: SOCKETS, ...result, figures: memoryFigures(result), targets: memoryTargets(result) };
}

/** What may never happen: a fix that is not stored. */
export const everyFixStored = ({ ledgers }: MemoryResult): boolean => ledgers.every(addsUp);
