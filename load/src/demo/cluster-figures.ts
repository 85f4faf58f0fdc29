import {
  bucketQuantile,
  bucketsOf,
  bucketsSince,
  type Sample,
  scrape,
  sumBy,
  sumOf,
} from '../cluster/prometheus.ts';

/** Sums of the processes' inner /metrics, for people. Ages in wall ms, over the last seconds. */
export interface ClusterFigures {
  gatewayAge: Quantiles;
  durableAge: Quantiles;
  sockets: { gateway: string; drivers: number; riders: number; operators: number }[];
  /** Entries of the fix streams that history has not read, and entries read but not acknowledged. */
  streamLag: number;
  streamPending: number;
  refused: Map<string, number>;
  degraded: string[];
  /** Processes that did not answer. */
  silent: string[];
}

export interface Quantiles {
  p50: number | undefined;
  p99: number | undefined;
}

interface Source {
  readonly name: string;
  readonly role: string;
  readonly innerPort: number;
}

/** Readings kept: ages are computed over this many intervals. */
const WINDOW = 5;
const GATEWAY_AGE = 'rideline_gateway_fix_age_seconds';
const DURABLE_AGE = 'rideline_fix_age_durable_seconds';

/** Reads the processes repeatedly and keeps the last readings, so that ages describe the last seconds and not the whole run. */
export class ClusterReader {
  readonly #processes: () => readonly Source[];
  readonly #past: Sample[][] = [];

  constructor(processes: () => readonly Source[]) {
    this.#processes = processes;
  }

  async read(): Promise<ClusterFigures> {
    const processes = this.#processes();
    const byProcess = await scrape(processes);
    const samples = [...byProcess.values()].flat();
    const before = this.#past[0] ?? [];
    this.#past.push(samples);
    if (this.#past.length > WINDOW) this.#past.shift();
    return {
      gatewayAge: quantilesOf(samples, before, GATEWAY_AGE),
      durableAge: quantilesOf(samples, before, DURABLE_AGE),
      sockets: processes
        .filter(({ role }) => role === 'gateway')
        .map(({ name }) => socketsOf(name, byProcess.get(name) ?? [])),
      streamLag: sumOf(samples, 'rideline_fix_stream_lag', { group: 'history' }),
      streamPending: sumOf(samples, 'rideline_fix_stream_pending', { group: 'history' }),
      refused: refusedOf(samples),
      degraded: degradedOf(samples),
      silent: processes.filter(({ name }) => !byProcess.has(name)).map(({ name }) => name),
    };
  }

  /** Over the whole run so far. */
  async totals(): Promise<{ gatewayAge: Quantiles; durableAge: Quantiles }> {
    const samples = [...(await scrape(this.#processes(), 5000)).values()].flat();
    return {
      gatewayAge: quantilesOf(samples, [], GATEWAY_AGE),
      durableAge: quantilesOf(samples, [], DURABLE_AGE),
    };
  }
}

function quantilesOf(samples: readonly Sample[], before: readonly Sample[], name: string): Quantiles {
  const buckets = bucketsSince(bucketsOf(samples, name), bucketsOf(before, name));
  const ms = (q: number) => {
    const seconds = bucketQuantile(buckets, q);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  return { p50: ms(0.5), p99: ms(0.99) };
}

function socketsOf(gateway: string, samples: readonly Sample[]) {
  const open = (namespace: string) => sumOf(samples, 'rideline_gateway_sockets', { namespace });
  return { gateway, drivers: open('/driver'), riders: open('/rider'), operators: open('/operator') };
}

function refusedOf(samples: readonly Sample[]): Map<string, number> {
  const verdicts = sumBy(samples, 'rideline_gateway_fixes_total', 'verdict');
  verdicts.delete('ok');
  return new Map([...verdicts].filter(([, count]) => count > 0));
}

function degradedOf(samples: readonly Sample[]): string[] {
  const degraded = sumBy(samples, 'rideline_degraded', 'dependency');
  return [...degraded].filter(([, count]) => count > 0).map(([dependency]) => dependency);
}
