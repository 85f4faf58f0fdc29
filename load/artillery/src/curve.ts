/**
 * How many operations a second are due, over the time of the load. Straight lines between the points; the last rate stays. Two points at the
 * same time make a jump.
 */
export type Curve = readonly CurvePoint[];

export interface CurvePoint {
  /** Share of the load's duration, 0 to 1. */
  readonly at: number;
  /** Operations per second, all users together. */
  readonly rate: number;
}

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromRate: number;
  /** Change of the rate, per second and ms. */
  readonly slope: number;
  /** Operations that are due before it begins. */
  readonly before: number;
}

/** When each operation of one kind is due: an open-loop schedule, which no slow answer delays. */
export class DueTimes {
  readonly #segments: readonly Segment[];
  readonly total: number;

  constructor(curve: Curve, durationMs: number) {
    const segments: Segment[] = [];
    let before = 0;
    const points = [{ at: 0, rate: curve[0]?.rate ?? 0 }, ...curve, { at: 1, rate: curve.at(-1)?.rate ?? 0 }];
    for (const [index, to] of points.entries()) {
      const from = points[index - 1];
      if (from === undefined || to.at <= from.at) continue;
      const [fromMs, toMs] = [from.at * durationMs, to.at * durationMs];
      segments.push({
        fromMs,
        toMs,
        fromRate: from.rate,
        slope: (to.rate - from.rate) / (toMs - fromMs),
        before,
      });
      before += ((from.rate + to.rate) / 2) * ((toMs - fromMs) / 1000);
    }
    this.#segments = segments;
    this.total = Math.floor(before + 1e-9);
  }

  /** When the operation with this number (from 0) is due, ms since the load began; null when there is none. */
  at(number: number): number | null {
    // The k-th operation is due when k + 1 of them have accumulated, so that a rate of 1 has its first after one second, not at once.
    const target = number + 1;
    if (number >= this.total) return null;
    const segment = this.#segments.findLast(({ before }) => before < target);
    if (segment === undefined) return null;
    const { fromMs, toMs, fromRate, slope, before } = segment;
    return Math.min(toMs, fromMs + msUntil(target - before, fromRate, slope));
  }

  /** Operations per second at this instant. */
  rateAt(ms: number): number {
    const segment = this.#segments.findLast(({ fromMs }) => fromMs <= ms);
    if (segment === undefined) return 0;
    return segment.fromRate + segment.slope * (Math.min(ms, segment.toMs) - segment.fromMs);
  }
}

/** The time x, ms, at which (rate · x + slope · x² / 2) / 1000 reaches `count`. */
function msUntil(count: number, rate: number, slope: number): number {
  const wanted = count * 1000;
  if (Math.abs(slope) < 1e-12) return wanted / rate;
  // The root that does not cancel for small slopes; 0 where rounding makes it negative at the end of a falling line.
  return (2 * wanted) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * wanted)));
}

export const highestRate = (curve: Curve): number =>
  curve.reduce((most, { rate }) => Math.max(most, rate), 0);

export const scaled = (curve: Curve, factor: number): Curve =>
  curve.map(({ at, rate }) => ({ at, rate: rate * factor }));
