import type { Point } from '@rideline/contract';
import { seededRandom } from './random.ts';

export const METRES_PER_DEGREE = 111_195;
/** Straight-line spread of a city; a small fleet stays closer together, so that its riders find a driver nearby. */
const CITY_RADIUS_METRES = 5000;
const RADIUS_OF_ONE_METRES = 100;
const DOOR_METRES = 150;

/** Where simulated people are: the same for the same seed. */
export class City {
  readonly #centre: Point;
  readonly #seed: string;
  readonly #radius: number;
  readonly #first: number;
  readonly #drivers: number;

  /** @param options `first`: number of this generator's first driver */
  constructor(options: { centre: Point; seed: string; first: number; drivers: number }) {
    this.#centre = options.centre;
    this.#seed = options.seed;
    this.#first = options.first;
    this.#drivers = Math.max(1, options.drivers);
    this.#radius = Math.min(CITY_RADIUS_METRES, RADIUS_OF_ONE_METRES * Math.sqrt(this.#drivers));
  }

  /** Around which a driver waits. */
  home(driver: number): Point {
    const random = seededRandom(`${this.#seed} home ${driver}`);
    return moved(this.#centre, random() * 2 * Math.PI, this.#radius * Math.sqrt(random()));
  }

  /** Where a rider stands: near the home of some driver. */
  door(random: () => number): Point {
    const home = this.home(this.#first + Math.floor(random() * this.#drivers));
    return moved(home, random() * 2 * Math.PI, DOOR_METRES * random());
  }
}

/** `bearing` in radians clockwise from north; flat, which is right to a thousandth within a city. */
export function moved(from: Point, bearing: number, metres: number): Point {
  const lat = from.lat + (metres * Math.cos(bearing)) / METRES_PER_DEGREE;
  const lng =
    from.lng + (metres * Math.sin(bearing)) / (METRES_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180));
  return { lat: rounded(lat), lng: rounded(lng) };
}

/** Seven decimals are 1 cm. */
const rounded = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
