import type { BenchOutcome } from '../bench.ts';
import { ledgerText } from '../ledger.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import { memoryFigures, memoryTargets } from './figures.ts';
import { type MemoryResult, SOCKETS } from './run.ts';

const LEFT_OUT =
  'Left out: what the kernel keeps for a socket, the generator, riders and their followed trips, traffic (drivers send nothing while memory is read), HAProxy.';

export function memoryReport(result: MemoryResult): string {
  return [
    machineText(),
    `${SOCKETS} drivers on one gateway, at rest after a frame each, forced GCs until memory is at rest; (with connections − without) ÷ ${SOCKETS}; ${result.rounds} rounds of fresh processes in turn, the same V8 flags; median (least–greatest); load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    tableText(
      ['KB (1,024 bytes) per connection', 'heap + external', 'heap used', 'external', 'RSS'],
      memoryFigures(result).map(({ subject, held, heapUsed, external, rss }) => [
        subject,
        ...[held, heapUsed, external, rss].map((spread) => spreadText(spread, 2)),
      ]),
    ),
    '',
    ...targetLines(memoryTargets(result)),
    ...result.ledgers.map(ledgerText),
    'Bare keeps the upgrade request of each connection, as Socket.IO does; ours releases it.',
    LEFT_OUT,
  ].join('\n');
}

export function memoryPlots(result: MemoryResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'memory',
      svg: barPlot({
        title: `Memory of a connection, ${SOCKETS} drivers on one gateway, after a forced GC`,
        unit: 'KB per connection',
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
