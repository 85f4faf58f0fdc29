import { bearing, between, metresBetween, type Place, type Point } from '../location/place.ts';
import { type RoadGraph, routeBetween } from './road-graph.ts';

/** A taxi in a city, m/s. */
const SPEED = 11;
/** Longest pause after which the car goes on where it would be; a window that slept does not jump. */
const MAX_STEP_SECONDS = 60;

/** A car that drives along the roads of the city by itself; pure: time comes in with `advance`. */
export class SimulatedDrive {
  readonly #graph: RoadGraph;
  #at: Point;
  #heading = 0;
  #target: Point | null = null;
  #route: readonly Point[] = [];

  constructor(graph: RoadGraph, start: Point) {
    this.#graph = graph;
    this.#at = start;
  }

  get at(): Point {
    return this.#at;
  }

  /** What is left of the way, the car first. */
  get route(): readonly Point[] {
    return this.#target === null ? [] : [this.#at, ...this.#route];
  }

  /** Where to drive; null: the car stops where it is. */
  goTo(target: Point | null): void {
    if (target?.lat === this.#target?.lat && target?.lng === this.#target?.lng) return;
    this.#target = target;
    this.#route = target === null ? [] : routeBetween(this.#graph, this.#at, target).slice(1);
  }

  /** Drives for this long, in seconds of the server's clock. @returns the place then */
  advance(seconds: number): Place {
    let metres = SPEED * Math.min(seconds, MAX_STEP_SECONDS);
    const isMoving = this.#route.length > 0;
    while (metres > 0 && this.#route.length > 0) {
      const next = this.#route[0] as Point;
      const leg = metresBetween(this.#at, next);
      if (leg > 0) this.#heading = bearing(this.#at, next);
      if (leg > metres) {
        this.#at = between(this.#at, next, metres / leg);
        break;
      }
      metres -= leg;
      this.#at = next;
      this.#route = this.#route.slice(1);
    }
    return {
      ...this.#at,
      speed: isMoving ? SPEED : 0,
      heading: Math.round(this.#heading) % 360,
      accuracy: 5,
    };
  }
}
