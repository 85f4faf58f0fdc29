import type { Point } from '../location/place.ts';
import type { City, NamedPlace } from '../map/city.ts';
import { loadMapData } from '../map/city.ts';
import { roadGraph } from '../simulation/road-graph.ts';
import { SimulatedLocation } from '../simulation/simulated-location.ts';
import type { Trip } from './driver-client.ts';
import { nextPoint } from './driver-scene.ts';

/** The simulated car of this window; it stays where it is while the driver is offline. */
export class Simulation {
  readonly #city: City;
  readonly #rate: number;
  #car: SimulatedLocation | undefined;
  #startsAt: NamedPlace | null;
  #target: Point | null = null;

  constructor(city: City, rate: number) {
    this.#city = city;
    this.#rate = rate;
    this.#startsAt = city.places[0] ?? null;
  }

  get startsAt(): NamedPlace | null {
    return this.#startsAt;
  }

  /** The next start of the simulation is there. */
  startAt(place: NamedPlace): void {
    this.#startsAt = place;
    this.#car = undefined;
  }

  get route(): readonly Point[] {
    return this.#car?.route ?? [];
  }

  async open(): Promise<SimulatedLocation> {
    if (this.#car !== undefined) return this.#car;
    const graph = roadGraph(await loadMapData(this.#city));
    const [west, south, east, north] = this.#city.bounds;
    const start = this.#startsAt ?? { lat: (south + north) / 2, lng: (west + east) / 2 };
    this.#car = new SimulatedLocation(graph, start, () => this.#rate);
    this.#car.goTo(this.#target);
    return this.#car;
  }

  /** Drives to where the trip leads; stands while the driver waits for the rider or stands at a stop. */
  follow(trip: Trip | null): void {
    const drives = trip?.state === 'accepted' || trip?.state === 'in_progress';
    this.#target = drives ? nextPoint(trip) : null;
    this.#car?.goTo(this.#target);
  }
}
