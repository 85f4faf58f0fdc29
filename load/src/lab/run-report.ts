import { z } from 'zod';

/**
 * The record of one load run: what `./rideline load` writes as JSON, what the report page draws, and what `load compare` reads. Times
 * named `atMs` are milliseconds since the run began; a series is sorted by time. The limits bound the file: a soak of 90 minutes with a
 * point every five seconds has 1,080 points a series.
 */

const MOST_POINTS = 20_000;
const MOST_SERIES = 300;

const atMsSchema = z.number().nonnegative();
const textSchema = z.string().min(1).max(2000);

/** A value over time; null where nothing was measured at that time, which a plot shows as a gap. */
const pointsSchema = z.array(z.tuple([atMsSchema, z.number().nullable()])).max(MOST_POINTS);

const percentilesSchema = z.strictObject({
  count: z.number().int().nonnegative(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  p999: z.number().nullable(),
  max: z.number().nullable(),
});

/** One kind of operation. */
const latencySchema = z.strictObject({
  /** As in the scenario's histograms, e.g. `trip.create`. */
  name: textSchema,
  title: textSchema,
  /**
   * Where the measured time begins: at the instant the operation was due (free of coordinated omission), or when it was sent. `server`:
   * measured by the servers themselves, from their metrics.
   */
  from: z.enum(['due', 'sent', 'server']),
  total: percentilesSchema,
  /** Milliseconds, one entry for each interval in which something was measured. */
  overTime: z.array(percentilesSchema.extend({ atMs: atMsSchema })).max(MOST_POINTS),
});

const counterSchema = z.strictObject({
  name: textSchema,
  title: textSchema,
  total: z.number().nonnegative(),
  /** Per second. */
  rate: pointsSchema,
});

const errorSchema = z.strictObject({
  /** A stable code: of the contract's closed list, or one of the scenario's own (`ACK_TIMEOUT`, `CONNECT_FAILED`). */
  code: textSchema,
  operation: textSchema.nullable(),
  total: z.number().int().nonnegative(),
  rate: pointsSchema,
});

const gaugeSchema = z.strictObject({
  name: textSchema,
  title: textSchema,
  /** For the axis: `entries`, `ms`, `share`, `jobs`. */
  unit: textSchema,
  /** Plots of one group share a picture: `queues`, `lag`, `caches`, `connections`, `stores`. */
  group: textSchema,
  points: pointsSchema,
});

const processSchema = z.strictObject({
  name: textSchema,
  /** `generator`: Artillery and what drives it; its share of the machine is stated in every report. */
  kind: z.enum(['rideline', 'server', 'baseline', 'generator']),
  /** Cores in use, 1 = one core. */
  cpuCores: pointsSchema,
  rssBytes: pointsSchema,
  heapBytes: pointsSchema,
  openFiles: pointsSchema,
  /** Longest pause of garbage collection, or share of time in it, as far as the process reports it. */
  gcSecondsPerSecond: pointsSchema,
  eventLoopP99Ms: pointsSchema,
  cpuSecondsTotal: z.number().nonnegative(),
});

const eventSchema = z.strictObject({
  atMs: atMsSchema,
  /** `phase`: the scenario's load changes · `fault`: something is broken on purpose · `recovered`: the system is back to its aim. */
  kind: z.enum(['phase', 'fault', 'healed', 'recovered', 'note']),
  text: textSchema,
  /** Events of one fault carry its name: the page shows how long it lasted and how long recovery took. */
  fault: textSchema.nullable(),
});

const thresholdSchema = z.strictObject({
  /** Stable, e.g. `trip-create-p95`. */
  id: textSchema,
  what: textSchema,
  unit: textSchema,
  must: z.enum(['<', '<=', '>', '>=', '=']),
  limit: z.number(),
  /** Null: could not be measured, and `why` says why. Such a threshold is not met. */
  measured: z.number().nullable(),
  met: z.boolean(),
  why: textSchema.nullable(),
  /** False: shown only; it does not decide the exit code. */
  decides: z.boolean(),
});

const invariantSchema = z.strictObject({
  /** Stable, e.g. `fixes-stored-once`. */
  id: textSchema,
  what: textSchema,
  /** `not-checked` says why in `note`: it is not a pass. */
  verdict: z.enum(['holds', 'violated', 'not-checked']),
  /** How many things were examined. */
  examined: z.number().int().nonnegative(),
  violations: z.array(textSchema).max(100),
  violationsTotal: z.number().int().nonnegative(),
  note: textSchema.nullable(),
});

export const runReportSchema = z.strictObject({
  format: z.literal('rideline-load-report'),
  version: z.literal(1),
  scenario: textSchema,
  title: textSchema,
  /** `rideline`, or which baseline ran the workload: reports of one `--baseline` run differ in this alone. */
  variant: textSchema,
  variantTitle: textSchema,
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  durationMs: atMsSchema,
  /**
   * Why the load ended: only a complete one can pass. `stopped`: by Ctrl-C · `overdue`: it did not end in time · `failed`: work beside the
   * load failed · `broken`: a generator ended before its time. Absent in reports that were written before the field existed.
   */
  ended: z.enum(['complete', 'stopped', 'overdue', 'failed', 'broken']).optional(),
  /** The command that repeats the run. */
  command: textSchema,
  commit: textSchema,
  machine: textSchema,
  loadAverageBefore: z.number().nonnegative(),
  /** Programs and their versions: node, artillery, redis, haproxy, mongo (or its stand-in), s3. */
  versions: z.record(z.string(), z.string()),
  target: z.strictObject({ url: textSchema, own: z.boolean(), what: textSchema }),
  settings: z.strictObject({
    users: z.number().int().positive(),
    minutes: z.number().positive(),
    /** Of the scenario's main operation, per second; null when the scenario has none. */
    rate: z.number().positive().nullable(),
    transport: z.enum(['websocket', 'polling']),
    seed: z.string().max(200).nullable(),
  }),
  /** Variables of the environment that changed the scenario, by name; runs with different ones are not comparable. */
  overrides: z.record(z.string().max(100), z.string().max(200)).optional(),
  /** Operations asked for and done per second, at their highest: what was reached, beside what was asked for. */
  reached: z
    .array(
      z.strictObject({
        what: textSchema,
        unit: textSchema,
        asked: z.number().nullable(),
        reached: z.number().nullable(),
      }),
    )
    .max(50),
  latencies: z.array(latencySchema).max(MOST_SERIES),
  counters: z.array(counterSchema).max(MOST_SERIES),
  errors: z.array(errorSchema).max(MOST_SERIES),
  gauges: z.array(gaugeSchema).max(MOST_SERIES),
  processes: z.array(processSchema).max(MOST_SERIES),
  events: z.array(eventSchema).max(MOST_POINTS),
  thresholds: z.array(thresholdSchema).max(MOST_SERIES),
  /** Null: the run was not asked to check. */
  invariants: z.array(invariantSchema).max(50).nullable(),
  /** Whatever a reader must know: what was left out, a stand-in, an end before time. */
  notes: z.array(textSchema).max(100),
});

export type RunReport = z.infer<typeof runReportSchema>;
export type Percentiles = z.infer<typeof percentilesSchema>;
export type LatencyRecord = z.infer<typeof latencySchema>;
export type CounterRecord = z.infer<typeof counterSchema>;
export type ErrorRecord = z.infer<typeof errorSchema>;
export type GaugeRecord = z.infer<typeof gaugeSchema>;
export type ProcessRecord = z.infer<typeof processSchema>;
export type RunEvent = z.infer<typeof eventSchema>;
export type ThresholdRecord = z.infer<typeof thresholdSchema>;
export type InvariantRecord = z.infer<typeof invariantSchema>;
export type Points = z.infer<typeof pointsSchema>;
