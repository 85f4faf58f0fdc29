import type { RunReport } from '../run-report.ts';
import { pageDocument, type Section } from './document.ts';
import { faultBands, faultPeriods, marksOf } from './faults.ts';
import { plotData } from './plot-data.ts';
import { gaugeGroups } from './plots/gauge-plots.ts';
import { inReadingOrder, latencyPlots, percentilePlots } from './plots/latency-plots.ts';
import { resourcePlots, runtimePlots } from './plots/process-plots.ts';
import { errorPlots, throughputPlots } from './plots/rate-plots.ts';
import { invariantsSection, thresholdsSection } from './sections/judged.ts';
import { errorsSection, gaugesSection, latencySection, throughputSection } from './sections/measured.ts';
import { resourcesSection, runtimeSection } from './sections/processes.ts';
import { eventsSection, notesSection, runSection } from './sections/run.ts';
import { reachedSection, summary } from './sections/summary.ts';

/**
 * The page of one run: an HTML file that needs no server and requests nothing, of at most `MOST_PAGE_BYTES`. Series with many points
 * are drawn by their extremes (`downsample`); the JSON beside the page has every point.
 */
export function reportPage(report: RunReport): string {
  const { durationMs } = report;
  const records = inReadingOrder(report.latencies);
  const latencies = [...percentilePlots(records), ...latencyPlots(records)];
  const throughput = throughputPlots(report.counters);
  const errors = errorPlots(report.errors);
  const groups = gaugeGroups(report.gauges);
  const resources = resourcePlots(report.processes);
  const runtime = runtimePlots(report.processes);
  const sections: Section[] = [
    { id: 'reached', title: 'Asked for and reached', body: reachedSection(report) },
    { id: 'thresholds', title: 'Thresholds', body: thresholdsSection(report) },
    { id: 'invariants', title: 'Invariants', body: invariantsSection(report) },
    { id: 'latency', title: 'Latency', body: latencySection(records, latencies, durationMs) },
    { id: 'throughput', title: 'Throughput', body: throughputSection(report, throughput) },
    { id: 'errors', title: 'Errors', body: errorsSection(report, errors) },
    ...groups.map((group) => ({
      id: group.id,
      title: group.title,
      body: gaugesSection(group, durationMs),
    })),
    { id: 'processes', title: 'CPU and memory', body: resourcesSection(report, resources) },
    { id: 'runtime', title: 'Garbage collection and event loop', body: runtimeSection(report, runtime) },
    { id: 'events', title: 'Events', body: eventsSection(report) },
    { id: 'run', title: 'The run', body: runSection(report) },
    { id: 'notes', title: 'Notes and what is left out', body: notesSection(report) },
  ];
  const plots = [
    ...latencies,
    ...throughput,
    ...errors,
    ...groups.flatMap((group) => group.plots),
    ...resources,
    ...runtime,
  ];
  return pageDocument({
    title: `${report.title} · ${report.variantTitle} · Rideline load report`,
    header: summary(report),
    sections,
    data: plotData(plots, {
      durationS: durationMs / 1000,
      marks: marksOf(report.events).map(({ atMs, number, kind }) => ({
        atS: atMs / 1000,
        text: String(number),
        kind,
      })),
      bands: faultBands(faultPeriods(report.events), durationMs).map(({ fromMs, toMs, kind }) => ({
        fromS: fromMs / 1000,
        toS: toMs / 1000,
        kind,
      })),
    }),
  });
}
