import type { Point } from '@rideline/contract';
import { METRES_PER_DEGREE, moved } from './city.ts';

/** While the driver waits, on a circle of this radius: no two positions are equal, and no place is left. */
const CIRCLE_METRES = 60;
const WAITING_SPEED = 9;
/** Fast, so that a load of short trips is not a load of long ways; the checks of fixes refuse 45 m/s. */
const DRIVING_SPEED = 30;

interface Way {
  readonly from: Point;
  readonly to: Point;
  readonly startMs: number;
  readonly endMs: number;
  readonly bearing: number;
}

/** Where one car is at any instant: it waits on a circle, or drives in a straight line. Times are of the running clock, ms. */
export class Car {
  #circle: Point;
  #way: Way | null = null;

  constructor(home: Point) {
    this.#circle = home;
  }

  at(ms: number): Point & { readonly speed: number; readonly heading: number } {
    if (this.#way !== null && ms >= this.#way.endMs) this.#waitAt(this.#way.to, this.#way.endMs);
    if (this.#way === null) {
      const angle = angleAt(ms);
      return {
        ...moved(this.#circle, angle, CIRCLE_METRES),
        speed: WAITING_SPEED,
        heading: headingOf(angle + Math.PI / 2),
      };
    }
    const { from, to, startMs, endMs, bearing } = this.#way;
    const share = Math.max(0, Math.min(1, (ms - startMs) / (endMs - startMs)));
    return {
      lat: from.lat + (to.lat - from.lat) * share,
      lng: from.lng + (to.lng - from.lng) * share,
      speed: DRIVING_SPEED,
      heading: headingOf(bearing),
    };
  }

  /** Sets off from where the car is. @returns when it is there */
  driveTo(to: Point, nowMs: number): number {
    const { lat, lng } = this.at(nowMs);
    const north = (to.lat - lat) * METRES_PER_DEGREE;
    const east = (to.lng - lng) * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
    const endMs = nowMs + Math.max(1, (Math.hypot(north, east) / DRIVING_SPEED) * 1000);
    this.#way = { from: { lat, lng }, to, startMs: nowMs, endMs, bearing: Math.atan2(east, north) };
    return endMs;
  }

  /** Ends the way where the car is. */
  stop(nowMs: number): void {
    if (this.#way !== null) this.#waitAt(this.at(nowMs), nowMs);
  }

  /** The circle on which the car is at this place now: it does not jump. */
  #waitAt({ lat, lng }: Point, nowMs: number): void {
    this.#way = null;
    this.#circle = moved({ lat, lng }, angleAt(nowMs) + Math.PI, CIRCLE_METRES);
  }
}

const angleAt = (ms: number): number => ((ms / 1000) * WAITING_SPEED) / CIRCLE_METRES;

/** Whole degrees from north, 0 to 359. */
const headingOf = (radians: number): number => ((Math.round((radians * 180) / Math.PI) % 360) + 360) % 360;
