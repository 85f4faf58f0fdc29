import type { Point } from '@rideline/contract';
import type { Trace, TraceFix } from '../trace/trace.ts';

/** A cab that reports later than this after its last fix has stood still until then: there is no line between the two to drive along. */
const STILL_AFTER_MS = 180_000;
const METRES_PER_DEGREE = 111_195;

/** Where a recorded cab was at any instant of the trace's hour, which repeats itself; straight between two fixes. */
export class PhoneRoute {
  readonly #fixes: readonly TraceFix[];
  readonly #startAt: number;
  readonly #lengthMs: number;
  readonly #offsetMs: number;

  constructor(fixes: readonly TraceFix[], trace: Pick<Trace, 'startAt' | 'endAt'>, offsetMs: number) {
    if (fixes.length === 0) throw new RangeError('a route has at least one fix');
    this.#fixes = fixes;
    this.#startAt = trace.startAt;
    this.#lengthMs = Math.max(1, trace.endAt - trace.startAt);
    this.#offsetMs = offsetMs;
  }

  /** @param passedMs since the run began */
  at(passedMs: number): Point {
    const at = this.#startAt + ((this.#offsetMs + passedMs) % this.#lengthMs);
    const next = this.#firstAfter(at);
    const after = this.#fixes[next];
    const before = this.#fixes[next - 1];
    if (before === undefined || after === undefined) return pointOf((before ?? after) as TraceFix);
    const gapMs = after.at - before.at;
    if (gapMs > STILL_AFTER_MS || gapMs <= 0) return pointOf(before);
    const share = (at - before.at) / gapMs;
    return {
      lat: before.lat + (after.lat - before.lat) * share,
      lng: before.lng + (after.lng - before.lng) * share,
    };
  }

  /** Index of the first fix later than `at`. */
  #firstAfter(at: number): number {
    let low = 0;
    let high = this.#fixes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#fixes[middle] as TraceFix).at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The routes of a trace's cabs, by number; with more phones than cabs, several phones follow one cab at different times. */
export function routesOf(trace: Trace): (number: number, offsetMs: number) => PhoneRoute {
  const byCab = Map.groupBy(trace.fixes, ({ cab }) => cab);
  return (number, offsetMs) => {
    const cab = trace.cabs[number % trace.cabs.length] ?? '';
    const lap = Math.floor(number / trace.cabs.length);
    return new PhoneRoute(byCab.get(cab) ?? [], trace, offsetMs + lap * 60_000);
  };
}

/** A point at a distance of up to a few kilometres. `bearing`: degrees from north. */
export function pointNear({ lat, lng }: Point, metres: number, bearing: number): Point {
  const angle = (bearing * Math.PI) / 180;
  const north = (metres * Math.cos(angle)) / METRES_PER_DEGREE;
  const east = (metres * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
  return { lat: lat + north, lng: lng + east };
}

function pointOf({ lat, lng }: Point): Point {
  return { lat, lng };
}
