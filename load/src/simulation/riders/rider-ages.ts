import { AgeHistogram } from '../age-histogram.ts';

/**
 * Ages of positions when riders see them, wall ms. What a rider is shown first (on subscribing, or when a driver takes the trip) is as old as
 * the driver's newest fix at that time: a minute of trace time, where cabs report once a minute. That is no latency, so it is counted apart
 * from the positions that move the car.
 */
export class RiderAges {
  readonly first = new AgeHistogram();
  readonly moving = new AgeHistogram();
  /** Like `moving`, since its reader last reset it. */
  readonly movingRecent = new AgeHistogram();

  shownFirst(ageMs: number): void {
    this.first.add(Math.max(0, ageMs));
  }

  moved(ageMs: number): void {
    const ms = Math.max(0, ageMs);
    this.moving.add(ms);
    this.movingRecent.add(ms);
  }
}

/** What is read of a trip's snapshot. */
export interface ShownSnapshot {
  readonly driver: { readonly id: string } | null;
  readonly position: { readonly at: number } | null;
}

/** One rider's view of one trip: sorts each position that arrives into `RiderAges`. */
export class ShownCar {
  readonly #ages: RiderAges;
  readonly #ageMs: (timestamp: number) => number;
  /** The driver whose car the rider sees; null before the first position. */
  #driverId: string | null = null;

  /** @param ageMs wall ms since a fix's timestamp */
  constructor(ages: RiderAges, ageMs: (timestamp: number) => number) {
    this.#ages = ages;
    this.#ageMs = ageMs;
  }

  get isShown(): boolean {
    return this.#driverId !== null;
  }

  /** The start of a subscription, or a reset: the snapshot replaces what was shown. */
  onSnapshot({ driver, position }: ShownSnapshot): void {
    this.#driverId = null;
    if (driver === null || position === null) return;
    this.#driverId = driver.id;
    this.#ages.shownFirst(this.#ageMs(position.at));
  }

  onPosition({ driverId, timestamp }: { readonly driverId: string; readonly timestamp: number }): void {
    const ageMs = this.#ageMs(timestamp);
    if (this.#driverId === driverId) this.#ages.moved(ageMs);
    else this.#ages.shownFirst(ageMs);
    this.#driverId = driverId;
  }
}
