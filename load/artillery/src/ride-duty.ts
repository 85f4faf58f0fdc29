import type { DriverSync, Offer, Point, TripEvent, TripStateName } from '@rideline/contract';
import type { Car } from './car.ts';
import { OperationFailed } from './codes.ts';
import { DriverCommands } from './command.ts';
import type { Lab } from './lab.ts';
import { pause } from './repeat.ts';

const OFFERS_REMEMBERED = 200;
/** Between the arrival and the start of a ride. */
const BOARDING_MS = 300;
/** After the fix at the pick-up, until the server's live index has it: it refuses `arrived` from further away than 150 m. */
const INDEX_MS = 600;
/** Then `arrived` is refused for a moment longer at most: the fix is on its way, or the trip is queued behind one that has just ended. */
const ARRIVAL_MS = 20_000;
const ARRIVAL_TURN_MS = 1000;
const ENDED: readonly TripStateName[] = ['completed', 'cancelled', 'no_show', 'no_drivers', 'failed'];
const UNASSIGNED = ['driver_cancelled', 'reassigned'];
/** The rider's event of each command. */
const EVENT_OF = { arrived: 'arrived', start: 'started', complete: 'completed' } as const;

interface Ride {
  readonly tripId: string;
  readonly pickup: Point;
  readonly dropoff: Point;
  isGone: boolean;
  /** Ends a wait of the ride. */
  wake: () => void;
}

/** What a driver does with offers: accepts every one, and drives each trip to its end, one after the other. */
export class RideDuty {
  readonly #lab: Lab;
  readonly #driverId: string;
  readonly #car: Car;
  readonly #commands: DriverCommands;
  /** Takes and sends a fix now. */
  readonly #fix: () => void;
  readonly #offers = new Set<string>();
  readonly #rides = new Map<string, Ride>();
  #last: Promise<void> = Promise.resolve();

  constructor(lab: Lab, about: { driverId: string; car: Car; commands: DriverCommands; fix: () => void }) {
    this.#lab = lab;
    this.#driverId = about.driverId;
    this.#car = about.car;
    this.#commands = about.commands;
    this.#fix = about.fix;
  }

  /** Whether a trip is under way. */
  get isBusy(): boolean {
    return this.#rides.size > 0;
  }

  offered(offer: Offer): void {
    const { offerId, tripId, queued } = offer;
    // An offer is sent again until it is acknowledged, and comes again with `sync`.
    if (this.#offers.has(offerId)) return;
    this.#offers.add(offerId);
    for (const oldest of this.#offers) {
      if (this.#offers.size <= OFFERS_REMEMBERED) break;
      this.#offers.delete(oldest);
    }
    this.#lab.recorder.count('offers.received');
    this.#lab.note({ kind: 'offer.shown', driverId: this.#driverId, offerId, tripId, queued });
    void this.#accept(offer, this.#lab.nowMs());
  }

  /** After each connection: offers that were missed, and the ride that another connection of this driver began. */
  synced({ offers }: DriverSync): void {
    for (const offer of offers) this.offered(offer);
  }

  /** Trips that an earlier run with the same tokens has left: without an end this driver would get no offer. */
  async endLeftOver({ trip, queued }: DriverSync): Promise<void> {
    for (const left of [queued, trip]) {
      if (left === undefined || this.#rides.has(left.tripId)) continue;
      const hasBegun = left.state === 'in_progress' || left.state === 'at_stop';
      try {
        await this.#commands.onTrip(left.tripId, hasBegun ? 'complete' : 'cancel', this.#lab.nowMs());
      } catch (error) {
        this.#overtaken(error, () => undefined);
      }
    }
  }

  event({ tripId, state, type }: TripEvent): void {
    const ride = this.#rides.get(tripId);
    if (ride === undefined || !(ENDED.includes(state) || UNASSIGNED.includes(type))) return;
    ride.isGone = true;
    ride.wake();
  }

  async #accept(offer: Offer, receivedMs: number): Promise<void> {
    try {
      const { state } = await this.#commands.answerOffer(offer, receivedMs);
      if (ENDED.includes(state)) return;
    } catch (error) {
      this.#overtaken(error, () => this.#lab.recorder.count('offers.gone'));
      return;
    }
    const { tripId, pickup, dropoff } = offer;
    const ride: Ride = { tripId, pickup, dropoff, isGone: false, wake: () => undefined };
    this.#rides.set(ride.tripId, ride);
    const before = this.#last;
    this.#last = before.then(() => this.#drive(ride)).finally(() => this.#rides.delete(ride.tripId));
  }

  async #drive(ride: Ride): Promise<void> {
    const { settings, nowMs, recorder } = this.#lab;
    try {
      await this.#wait(ride, this.#car.driveTo(ride.pickup, nowMs()) - nowMs());
      if (ride.isGone) return;
      this.#fix();
      await pause(INDEX_MS);
      await this.#arrive(ride);
      await pause(BOARDING_MS);
      await this.#send(ride, 'start', nowMs());
      this.#car.driveTo(ride.dropoff, nowMs());
      await this.#wait(ride, settings.rideMs);
      if (ride.isGone) return;
      await this.#send(ride, 'complete', nowMs());
      recorder.count('trips.completed');
    } catch (error) {
      this.#overtaken(error, () => undefined);
    } finally {
      this.#car.stop(nowMs());
    }
  }

  async #arrive(ride: Ride): Promise<void> {
    const { nowMs } = this.#lab;
    const untilMs = nowMs() + ARRIVAL_MS;
    for (;;) {
      try {
        await this.#send(ride, 'arrived', nowMs());
        return;
      } catch (error) {
        const isEarly = error instanceof OperationFailed && error.code === 'ILLEGAL_TRANSITION';
        if (!isEarly || ride.isGone || nowMs() > untilMs) throw error;
        await pause(ARRIVAL_TURN_MS);
        this.#fix();
      }
    }
  }

  async #send(ride: Ride, action: keyof typeof EVENT_OF, dueMs: number): Promise<void> {
    this.#lab.commandSent(ride.tripId, EVENT_OF[action], dueMs);
    await this.#commands.onTrip(ride.tripId, action, dueMs);
  }

  /** A part of the ride; it is shorter when the trip or the load ends. */
  async #wait(ride: Ride, ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    ride.wake = over.resolve;
    const timer = setTimeout(over.resolve, ms);
    let parting: NodeJS.Timeout | undefined;
    const stopListening = this.#lab.onEnding(() => {
      parting = setTimeout(over.resolve, this.#lab.partingMs());
    });
    await over.promise;
    clearTimeout(timer);
    clearTimeout(parting);
    stopListening();
    ride.wake = () => undefined;
  }

  /** Another driver was faster, or the rider has cancelled: no failure. What is one has been counted by its code. */
  #overtaken(error: unknown, count: () => void): void {
    if (DriverCommands.isOvertaken(error)) count();
    else if (!(error instanceof OperationFailed)) this.#lab.recorder.failed('user', 'EXCEPTION');
  }
}
