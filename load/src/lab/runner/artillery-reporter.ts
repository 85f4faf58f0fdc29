import { appendFileSync } from 'node:fs';

/**
 * Loaded by Artillery itself (`CUSTOM_REPORTERS`): writes what each interval measured as a line of JSON to RIDELINE_LOAD_RECORD, so that the
 * runner sees it while it happens and keeps it when Artillery is stopped or killed. artillery-record.ts describes the lines.
 */

/** Of @artilleryio/sketches-js; Artillery ships no types for what it gives to reporters. */
interface DdSketch {
  readonly count: number;
  readonly max: number;
  readonly zeroCount: number;
  readonly mapping: { value(index: number): number };
  readonly store: { readonly bins: readonly number[]; readonly offset: number };
}

interface Stats {
  readonly period?: number | string;
  readonly counters?: Readonly<Record<string, number>>;
  readonly histograms?: Readonly<Record<string, DdSketch>>;
}

interface Phase {
  readonly name?: string;
  readonly index?: number;
}

interface Events {
  on(event: 'phaseStarted', listener: (phase: Phase) => void): void;
  on(event: 'stats' | 'done', listener: (stats: Stats) => void): void;
}

export default function createReporter(events: Events): object {
  const file = process.env.RIDELINE_LOAD_RECORD;
  if (!file) return {};
  // Synchronous: Artillery exits right after its last event.
  const write = (line: object) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  write({ kind: 'started', at: Date.now() });
  events.on('phaseStarted', (phase) =>
    write({
      kind: 'phase',
      at: Date.now(),
      name: (phase.name ?? `phase ${(phase.index ?? 0) + 1}`).slice(0, 200),
    }),
  );
  events.on('stats', (stats) => write({ kind: 'period', period: Number(stats.period), ...metricsOf(stats) }));
  events.on('done', (stats) => write({ kind: 'total', at: Date.now(), ...metricsOf(stats) }));
  return {};
}

function metricsOf({ counters = {}, histograms = {} }: Stats): object {
  const sketches = Object.entries(histograms).map(([name, sketch]) => [name, sketchOf(sketch)] as const);
  return { counters, histograms: Object.fromEntries(sketches) };
}

function sketchOf({ count, max, zeroCount, mapping, store }: DdSketch): object {
  const bins: [number, number][] = zeroCount > 0 ? [[0, zeroCount]] : [];
  store.bins.forEach((size, index) => {
    if (size > 0) bins.push([mapping.value(index + store.offset), size]);
  });
  return { count, max: Number.isFinite(max) ? max : 0, bins };
}
