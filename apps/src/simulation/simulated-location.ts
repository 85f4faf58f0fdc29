import type { LocationHandlers, LocationSample, LocationSource } from '@rideline/sdk/driver';
import type { Place, Point } from '../location/place.ts';
import type { RoadGraph } from './road-graph.ts';
import { SimulatedDrive } from './simulated-drive.ts';

/** How often the car moves, wall ms. */
const STEP_MS = 1000;

/** A location source without a GPS: a car that drives by itself to where it is told. For demonstrations only, and marked as such on screen. */
export class SimulatedLocation implements LocationSource {
  readonly #drive: SimulatedDrive;
  readonly #rate: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #atMs = 0;

  /** @param rate seconds of the server's clock in a second: more than 1 in a replay, where cars drive as much faster */
  constructor(graph: RoadGraph, start: Point, rate: () => number) {
    this.#drive = new SimulatedDrive(graph, start);
    this.#rate = rate;
  }

  get at(): Point {
    return this.#drive.at;
  }

  get route(): readonly Point[] {
    return this.#drive.route;
  }

  goTo(target: Point | null): void {
    this.#drive.goTo(target);
  }

  start({ onSamples }: LocationHandlers): void {
    this.stop();
    this.#atMs = performance.now();
    onSamples([sampleOf(this.#drive.advance(0))]);
    this.#timer = setInterval(() => onSamples([this.#step()]), STEP_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  current(): Promise<LocationSample> {
    return Promise.resolve(this.#step());
  }

  #step(): LocationSample {
    const nowMs = performance.now();
    const seconds = ((nowMs - this.#atMs) / 1000) * this.#rate();
    this.#atMs = nowMs;
    return sampleOf(this.#drive.advance(seconds));
  }
}

const sampleOf = (place: Place): LocationSample => ({ ...place, timestamp: Date.now() });
