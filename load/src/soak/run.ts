import { loadavg } from 'node:os';
import { type Generator, startGenerator } from '../bench/generator/generator.ts';
import type { GeneratorCounts } from '../bench/generator/generator-messages.ts';
import { quantile } from '../bench/spread.ts';
import { type FixBacklog, openFixBacklog } from '../bench/stack/fix-backlog.ts';
import { type OurStack, startOurStack } from '../bench/stack/our-stack.ts';
import type { SocketNumbers } from '../bench/stack/subject.ts';
import { scrape, sumOf } from '../cluster/prometheus.ts';
import { type Held, readHeld } from './process-samples.ts';

/**
 * `./rideline soak`: a steady load on a whole cluster for hours. Memory and open files of its programs must stay level, and no fix may be
 * lost.
 */
export interface SoakOptions {
  readonly durationMs: number;
  /** One-fix frames per second. */
  readonly framesPerSecond: number;
  readonly onProgress: (line: string) => void;
  readonly onSample: (sample: SoakSample) => void;
  /** True: the soak ends early, with a report of what was measured so far. */
  readonly isStopped: () => boolean;
}

export interface SoakSample {
  readonly minutes: number;
  readonly held: ReadonlyMap<string, Held>;
  /** Entries of the fix streams that are not stored yet. */
  readonly backlog: number;
  /** Since the load began. */
  readonly framesSent: number;
  readonly framesLate: number;
  readonly refused: number;
  readonly closed: number;
  /** From the driver's send to a rider on the other gateway, over the last seconds. */
  readonly positionP99Ms: number;
}

export interface SoakResult {
  readonly loadBefore: number;
  readonly mongo: string;
  readonly numbers: SocketNumbers;
  readonly framesPerSecond: number;
  readonly plannedMinutes: number;
  readonly minutes: number;
  readonly samples: readonly SoakSample[];
  /** Samples that failed because the cluster did not answer. */
  readonly samplesMissed: number;
  readonly sent: number;
  readonly stored: number;
}

export interface RunningSoak {
  /** Resolves with the result, also when the soak was stopped early. */
  readonly done: Promise<SoakResult>;
  /** Stops everything that was started; nothing is reported. */
  abandon(): Promise<void>;
}

const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };
/** Short, so that a stop takes effect soon. */
const RUN_MS = 5000;
const SAMPLE_MS = 60_000;
/** A shorter soak is sampled more often, so that it has at least this many. */
const LEAST_SAMPLES = 24;
const DURABLE_MS = 60_000;
const MS_PER_MINUTE = 60_000;

export async function startSoak(options: SoakOptions): Promise<RunningSoak> {
  const loadBefore = loadavg()[0] ?? 0;
  options.onProgress('starting a cluster');
  const stack = await startOurStack({ front: true });
  const generator = startGenerator();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= generator.close().finally(() => stack.stop());
    return stopped;
  };
  return { done: soak(options, { stack, generator, loadBefore }).finally(stop), abandon: stop };
}

interface Parts {
  readonly stack: OurStack;
  readonly generator: Generator;
  readonly loadBefore: number;
}

async function soak(options: SoakOptions, { stack, generator, loadBefore }: Parts): Promise<SoakResult> {
  const { durationMs, framesPerSecond, onProgress, onSample, isStopped } = options;
  onProgress(`connecting ${NUMBERS.drivers} drivers, ${NUMBERS.followed} of them followed`);
  const boot = `soak-${Date.now()}`;
  await generator.connect({ ...(await stack.plan(NUMBERS)), boot });
  const backlog = await openFixBacklog(stack.cluster.env);
  const samples: SoakSample[] = [];
  let samplesMissed = 0;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  try {
    const everyMs = Math.min(SAMPLE_MS, durationMs / LEAST_SAMPLES);
    while (elapsedMs() < durationMs && !isStopped()) {
      const leftMs = Math.max(1000, durationMs - elapsedMs());
      const runMs = Math.min(RUN_MS, everyMs, leftMs);
      const counts = await generator.send({
        framesPerSecond,
        durationMs: runMs,
        fixesPerFrame: 1,
        acknowledged: false,
      });
      if (elapsedMs() < (samples.length + samplesMissed) * everyMs) continue;
      try {
        const sample = await takeSample(elapsedMs() / MS_PER_MINUTE, { stack, generator, backlog, counts });
        samples.push(sample);
        onSample(sample);
      } catch (error) {
        // A failed sample does not end hours of load: the ledger decides whether something was lost.
        samplesMissed++;
        onProgress(`no sample: ${(error as Error).message}`);
      }
    }
    const minutes = elapsedMs() / MS_PER_MINUTE;
    onProgress('waiting until every fix is durable');
    const { fixesSent } = await generator.settle(DURABLE_MS);
    onProgress('reading the ledger');
    const stored = await stack.stored(boot, (fixes) => onProgress(`${fixes} of ${fixesSent} fixes counted`));
    return {
      loadBefore,
      mongo: stack.cluster.servers.find(({ name }) => name === 'mongo')?.kind ?? 'unknown',
      numbers: NUMBERS,
      framesPerSecond,
      plannedMinutes: durationMs / MS_PER_MINUTE,
      minutes,
      samples,
      samplesMissed,
      sent: fixesSent,
      stored: stored ?? 0,
    };
  } finally {
    backlog.close();
  }
}

async function takeSample(
  minutes: number,
  parts: { stack: OurStack; generator: Generator; backlog: FixBacklog; counts: GeneratorCounts },
): Promise<SoakSample> {
  const { stack, generator, backlog, counts } = parts;
  const programs = [...stack.programs, { name: 'generator', pid: generator.pid }];
  const gateways = stack.cluster.processes.filter(({ role }) => role === 'gateway');
  const samples = [...(await scrape(gateways)).values()].flat();
  const refused = sumOf(samples, 'rideline_gateway_refused_total', { stage: 'event' });
  return {
    minutes,
    held: await readHeld(programs, stack.cluster.processes),
    backlog: await backlog.entries(),
    framesSent: counts.framesSent,
    framesLate: counts.framesLate,
    refused: Math.max(refused, counts.refused),
    closed: counts.closed,
    positionP99Ms: quantile(counts.positionAgesMs, 0.99),
  };
}
