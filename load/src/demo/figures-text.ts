const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

/** `4 ms`, `38 ms`, `2.6 s`; `–` when there is none. */
export function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

export function quantiles({ p50, p99 }: { p50: number | undefined; p99: number | undefined }): string {
  return `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
}

export const quantilesOf = (ages: { quantile(q: number): number | undefined }): string =>
  quantiles({ p50: ages.quantile(0.5), p99: ages.quantile(0.99) });

/** `implausible 3, duplicate 1`; `none`. */
export function tally(counts: Iterable<readonly [string, number]>): string {
  const parts = [...counts].sort((a, b) => b[1] - a[1]).map(([name, value]) => `${name} ${count(value)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** `25 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
