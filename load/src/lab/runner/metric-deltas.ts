import type { Sample } from '../../cluster/prometheus.ts';

/**
 * Counts of one interval from the processes' counters, which only ever rise. A counter that is lower than before belongs to a process that
 * was started again: it counts from zero, as Prometheus' `increase` does it.
 */
export class MetricDeltas {
  readonly #before = new Map<string, Map<string, number>>();

  /** What each counter of `process` gained since the call before; nothing for a process that is seen for the first time. */
  add(process: string, samples: readonly Sample[]): Sample[] {
    const counters = samples.filter(({ name }) => COUNTER.test(name));
    const before = this.#before.get(process);
    this.#before.set(process, new Map(counters.map((sample) => [keyOf(sample), sample.value])));
    if (before === undefined) return [];
    return counters.map((sample) => {
      const was = before.get(keyOf(sample)) ?? 0;
      return { ...sample, value: sample.value >= was ? sample.value - was : sample.value };
    });
  }
}

/** Counters, and the parts of histograms; gauges have no such suffix. */
const COUNTER = /_(total|count|sum|bucket)$/;

const keyOf = ({ name, labels }: Sample) => `${name}${JSON.stringify(labels)}`;
