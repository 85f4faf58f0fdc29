import type { ProcessRecord, RunReport } from '../../run-report.ts';
import { formatValue } from '../browser/format-value.js';
import { figures } from '../figure.ts';
import { cpuSecondsOf, generatorShare } from '../generator-share.ts';
import { type Html, type HtmlPart, html, shortened } from '../html.ts';
import type { Plot } from '../plots/plot.ts';
import { PROCESS_KINDS } from '../plots/process-plots.ts';
import { summaryOf } from '../series.ts';
import { table } from '../table.ts';

const MOST_NAME_CHARS = 80;

/** CPU and memory by process, with the generator's share of the machine. */
export function resourcesSection(report: RunReport, plots: readonly Plot[]): Html {
  const { processes, durationMs } = report;
  if (processes.length === 0)
    return html`<p class="none">No process was measured: the target runs elsewhere.</p>`;
  const all = cpuSecondsOf(processes, ['rideline', 'server', 'baseline', 'generator']);
  const byProcess = table(
    'Processes',
    [
      { title: 'Process' },
      { title: 'Kind' },
      ...['CPU time', 'Of all', 'Mean cores', 'Highest', 'Memory, highest', 'Heap, highest', 'Files'].map(
        (title) => ({
          title,
          figures: true,
        }),
      ),
    ],
    processes
      .toSorted((a, b) => b.cpuSecondsTotal - a.cpuSecondsTotal)
      .map((one): HtmlPart[] => rowOf(one, all)),
  );
  return html`${generatorText(report)}${byProcess}${figures(plots, durationMs)}`;
}

function rowOf(one: ProcessRecord, all: number): HtmlPart[] {
  const cores = summaryOf(one.cpuCores);
  return [
    shortened(one.name, MOST_NAME_CHARS),
    PROCESS_KINDS[one.kind],
    formatValue(one.cpuSecondsTotal, 's'),
    formatValue(all > 0 ? one.cpuSecondsTotal / all : null, 'share'),
    formatValue(cores.mean, ''),
    formatValue(cores.highest, ''),
    formatValue(summaryOf(one.rssBytes).highest, 'bytes'),
    formatValue(summaryOf(one.heapBytes).highest, 'bytes'),
    formatValue(summaryOf(one.openFiles).highest, ''),
  ];
}

function generatorText(report: RunReport): Html {
  const { ofMeasured, ofMachine } = generatorShare(report);
  if (ofMeasured === null) return html``;
  const machine =
    ofMachine === null
      ? ''
      : ` That is ${formatValue(ofMachine, 'share')} of the machine over the whole run.`;
  return html`<p>The load generator took ${formatValue(ofMeasured, 'share')} of the CPU time that all measured processes
used.${machine} ${
    report.target.own
      ? 'It ran on the machine that it measured: what it took was missing to the servers.'
      : 'The target ran elsewhere; its processes are not in this table unless they were named.'
  }</p>`;
}

/** Garbage collection and event-loop lag of the processes that report them. */
export function runtimeSection({ processes, durationMs }: RunReport, plots: readonly Plot[]): Html {
  const reporting = processes.filter(
    (one) => summaryOf(one.gcSecondsPerSecond).count + summaryOf(one.eventLoopP99Ms).count > 0,
  );
  if (reporting.length === 0)
    return html`<p class="none">No process reported garbage collection or event-loop lag.</p>`;
  const byProcess = table(
    'Garbage collection and event loop',
    [
      { title: 'Process' },
      ...['GC, mean', 'GC, highest', 'Event-loop p99, mean', 'Event-loop p99, highest'].map((title) => ({
        title,
        figures: true,
      })),
    ],
    reporting.map((one) => {
      const gc = summaryOf(one.gcSecondsPerSecond);
      const loop = summaryOf(one.eventLoopP99Ms);
      return [
        shortened(one.name, MOST_NAME_CHARS),
        formatValue(gc.mean, 'share'),
        formatValue(gc.highest, 'share'),
        formatValue(loop.mean, 'ms'),
        formatValue(loop.highest, 'ms'),
      ];
    }),
  );
  return html`${byProcess}${figures(plots, durationMs)}`;
}
