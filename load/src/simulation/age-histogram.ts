/** Bounds grow by a tenth: quantiles are right to within that. From 0.1 ms to about 20 minutes. */
const FIRST_MS = 0.1;
const GROWTH = 1.1;
const BUCKETS = 172;
const LOG_GROWTH = Math.log(GROWTH);

/** Counts of durations, bounded in memory however many there are. */
export class AgeHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private greatest = 0;

  add(ms: number): void {
    const at = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / LOG_GROWTH);
    const bucket = Math.min(BUCKETS - 1, at);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total++;
    this.greatest = Math.max(this.greatest, ms);
  }

  get count(): number {
    return this.total;
  }

  get max(): number {
    return this.greatest;
  }

  /** Upper bound of the bucket that holds the quantile, ms; undefined when nothing was counted. */
  quantile(q: number): number | undefined {
    if (this.total === 0) return undefined;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= q * this.total) return Math.min(this.greatest, FIRST_MS * GROWTH ** bucket);
    }
    return this.greatest;
  }

  reset(): void {
    this.counts.fill(0);
    this.total = 0;
    this.greatest = 0;
  }
}
