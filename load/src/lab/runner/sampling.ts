import { setTimeout as delay } from 'node:timers/promises';
import { scrape } from '../../cluster/prometheus.ts';
import { readCpu } from '../../process/process-cpu.ts';
import { heldBy } from '../../soak/process-samples.ts';
import type { InsideView } from './load-place.ts';
import type { Reading, Recorder } from './recorder.ts';

const LEAST_EVERY_MS = 2000;
const MOST_EVERY_MS = 5000;
/** Points of a run, as far as the interval allows. */
const POINTS = 600;
const SCRAPE_MS = 1500;
const QUEUES_MS = 1500;

/** How often a run of this length is sampled. */
export const sampleEveryMs = (minutes: number): number =>
  Math.min(MOST_EVERY_MS, Math.max(LEAST_EVERY_MS, (minutes * 60_000) / POINTS));

/** A generator process, or what drives it: its share of the machine is part of the report. */
export interface GeneratorProgram {
  readonly name: string;
  readonly pid: number;
}

/** The process that runs this code; `readCpu` gives it the name `generator`. */
export const RUNNER = 'generator';

export interface SamplingOptions {
  readonly inside: InsideView | null;
  readonly generators: () => readonly GeneratorProgram[];
  readonly recorder: Recorder;
  readonly everyMs: number;
  /** Epoch ms: time 0 of the report. */
  readonly startedAt: number;
  readonly onProblem: (line: string) => void;
}

/** Samples until `signal` is aborted. A sample that fails is a gap and does not end the load. */
export async function sampleUntil(signal: AbortSignal, options: SamplingOptions): Promise<void> {
  const { recorder, everyMs, startedAt, onProblem } = options;
  let due = Date.now();
  let isToldOf = false;
  while (!signal.aborted) {
    try {
      recorder.take(Date.now() - startedAt, await readAll(options));
    } catch (error) {
      if (!isToldOf) onProblem(`a sample is missing: ${(error as Error).message}`);
      isToldOf = true;
    }
    due = Math.max(due + everyMs, Date.now());
    await delay(due - Date.now(), undefined, { signal }).catch(() => undefined);
  }
}

export async function readAll({
  inside,
  generators,
}: Pick<SamplingOptions, 'inside' | 'generators'>): Promise<Reading> {
  const programs = [...(inside?.programs() ?? []), ...generators()];
  const [metrics, queues, fixBacklog] = await Promise.all([
    inside === null ? new Map() : scrape([...inside.processes()], SCRAPE_MS),
    inside === null ? null : orNull(inside.queues()),
    inside === null ? null : orNull(inside.fixBacklog()),
  ]);
  const own = { name: RUNNER, pid: process.pid };
  return {
    cpu: readCpu(programs),
    held: heldBy([...programs, own], metrics),
    metrics,
    queues,
    fixBacklog,
  };
}

/** Null when it fails or takes too long: chaos stops the servers that are asked. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  const late = delay(QUEUES_MS, null, { ref: false });
  return Promise.race([reading.catch(() => null), late]);
}
