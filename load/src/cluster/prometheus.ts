/** One sample of a process's /metrics. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Parses Prometheus' text format; skips comments and blank lines. */
export function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, name = '', labels = '', value] = match;
    samples.push({
      name,
      labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, text])),
      value: Number(value === '+Inf' ? Number.POSITIVE_INFINITY : value),
    });
  }
  return samples;
}

/** All samples of all processes, by process name. A process that does not answer in time is absent. */
export async function scrape(
  processes: readonly { name: string; innerPort: number }[],
  timeoutMs = 1000,
): Promise<Map<string, Sample[]>> {
  const found = new Map<string, Sample[]>();
  await Promise.all(
    processes.map(async ({ name, innerPort }) => {
      try {
        const answer = await fetch(`http://127.0.0.1:${innerPort}/metrics`, {
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.ok) found.set(name, parseMetrics(await answer.text()));
      } catch (error) {
        // A process that is down or stopped has no figures: the panel lists it as missing.
        if (!(error instanceof Error)) throw error;
      }
    }),
  );
  return found;
}

export function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  let sum = 0;
  for (const sample of samples) {
    if (sample.name === name && matches(sample, labels)) sum += sample.value;
  }
  return sum;
}

/** Sums by the values of one label, e.g. refused fixes by verdict. */
export function sumBy(samples: readonly Sample[], name: string, label: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const sample of samples) {
    const key = sample.labels[label];
    if (sample.name === name && key !== undefined) sums.set(key, (sums.get(key) ?? 0) + sample.value);
  }
  return sums;
}

/** Cumulative counts of a histogram by upper bound, summed over its other labels. */
export function bucketsOf(
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const sample of samples) {
    if (sample.name !== `${name}_bucket` || !matches(sample, labels)) continue;
    const bound = sample.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample.labels.le);
    buckets.set(bound, (buckets.get(bound) ?? 0) + sample.value);
  }
  return new Map([...buckets].sort(([a], [b]) => a - b));
}

/** The counts added between two readings. */
export function bucketsSince(
  now: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
): Map<number, number> {
  return new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
}

/** Quantile by linear interpolation inside its bucket, as Prometheus does it; undefined when nothing was counted. */
export function bucketQuantile(buckets: ReadonlyMap<number, number>, q: number): number | undefined {
  const bounds = [...buckets.keys()];
  const total = buckets.get(Number.POSITIVE_INFINITY) ?? 0;
  if (total <= 0) return undefined;
  let below = 0;
  let lower = 0;
  for (const bound of bounds) {
    const count = buckets.get(bound) ?? 0;
    if (count >= q * total) {
      if (bound === Number.POSITIVE_INFINITY) return lower;
      return lower + ((bound - lower) * (q * total - below)) / Math.max(1, count - below);
    }
    below = count;
    lower = bound;
  }
  return lower;
}

function matches(sample: Sample, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
}
