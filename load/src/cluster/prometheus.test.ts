import { describe, expect, it } from 'vitest';
import { bucketQuantile, bucketsOf, bucketsSince, parseMetrics, sumBy, sumOf } from './prometheus.ts';

const TEXT = `# HELP x y
# TYPE age histogram
age_bucket{le="0.1",process="a"} 10
age_bucket{le="1",process="a"} 90
age_bucket{le="+Inf",process="a"} 100
age_bucket{le="0.1",process="b"} 0
age_bucket{le="1",process="b"} 0
age_bucket{le="+Inf",process="b"} 0
fixes_total{verdict="ok",note="a \\"b\\", c"} 7
fixes_total{verdict="stale"} 2
fixes_total{verdict="stale",process="b"} 1
up 1
`;

describe('metrics of the processes', () => {
  it('OPS-62: sums and quantiles are read from the text format', () => {
    const samples = parseMetrics(TEXT);
    expect(sumOf(samples, 'fixes_total', { verdict: 'ok' })).toBe(7);
    expect(sumBy(samples, 'fixes_total', 'verdict')).toEqual(
      new Map([
        ['ok', 7],
        ['stale', 3],
      ]),
    );
    const buckets = bucketsOf(samples, 'age');
    expect(bucketQuantile(buckets, 0.5)).toBeCloseTo(0.1 + (0.9 * 40) / 80);
    expect(bucketQuantile(buckets, 0.99)).toBe(1);
    expect(bucketQuantile(bucketsSince(buckets, buckets), 0.5)).toBeUndefined();
  });
});
