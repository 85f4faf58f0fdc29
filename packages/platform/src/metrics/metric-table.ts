import type { Counter, Gauge, Histogram } from 'prom-client';

/** Ages of fixes, seconds: from a micro-batch to a lost minute. */
export const AGE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
export const SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
export const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Bounded sets: never an id. */
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

/**
 * Metrics of one area, beside its code. `docs/reference/metrics.md` repeats all tables; a test compares. Names on the wire begin with
 * `rideline_`.
 */
export type MetricTable = Readonly<Record<string, MetricEntry>>;

type MetricOf<Entry extends MetricEntry> = Entry['type'] extends 'counter'
  ? Counter<Entry['labels'][number]>
  : Entry['type'] extends 'gauge'
    ? Gauge<Entry['labels'][number]>
    : Histogram<Entry['labels'][number]>;

export type MetricsOf<Table extends MetricTable> = { readonly [Name in keyof Table]: MetricOf<Table[Name]> };
