import {
  CodedError,
  type CommandId,
  type CreateTrip,
  type DriverCommand,
  type DriverId,
  type ImportTrip,
  type Offer,
  type OfferAnswer,
  type RiderId,
  type TripEvent,
  type TripId,
  type TripStatus,
  tripRequestSchema,
} from '@rideline/contract';
import { CROW_FLY_SPEED, ETA_LIMIT_SECONDS } from '@rideline/fleet/matching/eta';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { Announcer } from './announcer.ts';
import type { DriverPlaces } from './driver-places.ts';
import type { Driver, Drivers } from './drivers.ts';
import { newOffer, newTrip, offerMessage, tripOfOffer } from './new-trip.ts';
import type { TripCache } from './read-cache.ts';
import type { Trip, TripAction } from './trip.ts';
import type { Changed, Trips } from './trips.ts';

/** Drivers farther away than the product's ETA limit get no offer. */
const RADIUS_METRES = ETA_LIMIT_SECONDS * CROW_FLY_SPEED;
/** Drivers that one attempt considers. */
const CANDIDATES = 10;

/** `offered`: a driver has an offer · `waiting`: nobody is free near by · `over`: the trip no longer searches. */
export type Assigned = 'offered' | 'waiting' | 'over';

/**
 * Who assigns a trip that begins to search: the caller itself, or a worker that the trip is queued for. `version`: of the trip, so that the
 * same search is queued once.
 */
export type OnSearching = (tripId: TripId, version: number) => Promise<void>;

export interface DispatchParts {
  readonly trips: Trips;
  readonly drivers: Drivers;
  readonly places: DriverPlaces;
  readonly announcer: Announcer;
  readonly cache: TripCache;
  readonly searchBudgetMs: number;
  readonly offerWindowMs: number;
}

export const statusOf = ({ _id: tripId, state, version }: Trip): TripStatus => ({ tripId, state, version });

/** Trips and their drivers: requests, assignment, answers and commands. */
export class Dispatch {
  readonly #parts: DispatchParts;
  /** Set once, before the first request. */
  onSearching: OnSearching = async (tripId) => {
    await this.assign(tripId);
  };

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /**
   * A trip under the client's id; a repeat answers the same trip. Without a queue it is assigned before this resolves.
   * @throws CodedError KEY_REUSED, CONFLICT
   */
  async request(riderId: RiderId, body: CreateTrip): Promise<{ status: TripStatus; created: boolean }> {
    const { riderId: _rider, scheduledAt, ...wish } = body;
    if (scheduledAt !== undefined)
      throw new CodedError('CONFLICT', 'scheduled trips are not part of the baseline');
    const request = tripRequestSchema.parse(wish);
    const trip = newTrip(riderId, request, 'searching', Date.now(), this.#parts.searchBudgetMs);
    if (!(await this.#parts.trips.insert(trip))) return this.#repeated(trip);
    this.#announce(trip, trip.events[0]);
    await this.onSearching(trip._id, trip.version);
    const now = await this.#parts.trips.find(trip._id);
    return { status: statusOf(now ?? trip), created: true };
  }

  async #repeated({ _id, riderId }: Trip): Promise<{ status: TripStatus; created: false }> {
    const existing = await this.#parts.trips.find(_id);
    if (existing === null) throw new CodedError('CONFLICT', 'the rider is on another trip');
    if (existing.riderId !== riderId) throw new CodedError('KEY_REUSED', 'this id belongs to another trip');
    return { status: statusOf(existing), created: false };
  }

  /** Offers the trip to the nearest free driver. Any number of callers may try at once: the conditional writes decide. */
  async assign(tripId: TripId): Promise<Assigned> {
    const { trips, drivers, places } = this.#parts;
    const trip = await trips.find(tripId);
    if (trip === null || trip.state !== 'searching') return 'over';
    const now = Date.now();
    if (now > trip.searchUntil) {
      await this.#changeIfLegal(tripId, () => ({ type: 'give_up' }));
      return 'over';
    }
    const found = await places.nearest({
      ...trip.pickup,
      radiusMetres: RADIUS_METRES,
      limit: CANDIDATES + trip.tried.length,
      status: 'available',
    });
    for (const { driverId, distanceMetres } of found) {
      if (trip.tried.includes(driverId)) continue;
      const driver = await drivers.claim(driverId, tripId);
      if (driver === null) continue;
      await places.dutyChanged(driverId, driver);
      const offer = newOffer(trip, {
        driverId,
        distanceMetres,
        at: now,
        windowMs: this.#parts.offerWindowMs,
      });
      const changed = await this.#changeIfLegal(tripId, () => ({ type: 'offer', offer }));
      if (changed === null) {
        await this.#release(driverId, tripId);
        return 'over';
      }
      this.#parts.announcer.offer(driverId, offerMessage(changed.trip, offer));
      return 'offered';
    }
    return 'waiting';
  }

  /** @throws CodedError GONE, NOT_FOUND, CONFLICT */
  async answer(driverId: DriverId, { commandId, offerId, accept }: OfferAnswer): Promise<TripStatus> {
    const { trips, drivers, places } = this.#parts;
    const type = accept ? 'accept' : 'decline';
    const changed = await this.#change(tripOfOffer(offerId), () => ({ type, offerId, driverId }), commandId);
    const { _id } = changed.trip;
    if (changed.event !== null && accept) {
      const driver = await drivers.ride(driverId, _id);
      if (driver !== null) await places.dutyChanged(driverId, driver);
    } else if (changed.event !== null) {
      await this.#release(driverId, _id);
      await this.onSearching(_id, changed.trip.version);
    }
    return statusOf(changed.event === null ? ((await trips.find(_id)) ?? changed.trip) : changed.trip);
  }

  /** @throws CodedError NOT_FOUND, ILLEGAL_TRANSITION */
  async command(driverId: DriverId, { commandId, tripId, action }: DriverCommand): Promise<TripStatus> {
    const { trip, event } = await this.#change(
      tripId,
      () => ({ type: 'drive', action, driverId }),
      commandId,
    );
    if (event !== null && trip.driverId === undefined) {
      await this.#release(driverId, tripId);
      await this.onSearching(tripId, trip.version);
    } else if (event !== null && !trip.open) await this.#release(driverId, tripId);
    return statusOf(trip);
  }

  /** @param riderId null: an operator cancels */
  async cancel(
    tripId: TripId,
    riderId: RiderId | null,
    { commandId, reason }: { readonly commandId: CommandId; readonly reason?: string | undefined },
  ): Promise<TripStatus> {
    const by = riderId === null ? 'operator' : 'rider';
    const choose = (trip: Trip): TripAction => {
      if (riderId !== null && trip.riderId !== riderId) throw new CodedError('NOT_FOUND', 'no such trip');
      return { type: 'cancel', by, reason: reason ?? null };
    };
    const { before, trip, event } = await this.#change(tripId, choose, commandId);
    if (event === null) return statusOf(trip);
    if (before.offer !== null)
      this.#parts.announcer.revoke(before.offer.driverId, before.offer.offerId, 'cancelled');
    const driverId = before.driverId ?? before.offer?.driverId;
    if (driverId !== undefined) await this.#release(driverId, tripId);
    return statusOf(trip);
  }

  /** An offer that was not answered in time; the trip searches again. */
  async expireOffer(tripId: TripId): Promise<void> {
    const now = Date.now();
    const expired = await this.#changeIfLegal(tripId, ({ offer }) =>
      offer !== null && offer.expiresAt + TRIP_RULES.offerGraceMs <= now ? { type: 'expire' } : null,
    );
    const offer = expired?.before.offer;
    if (!offer) return;
    this.#parts.announcer.revoke(offer.driverId, offer.offerId, 'expired');
    await this.#release(offer.driverId, tripId);
    await this.onSearching(tripId, expired.trip.version);
  }

  /** A trip that is under way already, as a replay or a load scenario opens it. @throws CodedError CONFLICT */
  async import({ tripId, riderId, driverId, pickup, dropoff, at }: ImportTrip): Promise<Trip> {
    const { trips, drivers, places } = this.#parts;
    const request = { tripId, pickup, dropoff, stops: [], tier: 'standard' as const };
    const trip = { ...newTrip(riderId, request, 'in_progress', Date.parse(at), 0), driverId };
    if (!(await trips.insert(trip))) {
      const existing = await trips.find(tripId);
      if (existing?.riderId === riderId && existing.driverId === driverId) return existing;
      throw new CodedError('CONFLICT', 'the driver or the rider is on another trip');
    }
    const driver = await drivers.assign(driverId, tripId);
    if (driver !== null) await places.dutyChanged(driverId, driver);
    this.#announce(trip, trip.events[0]);
    return trip;
  }

  async close(tripId: TripId): Promise<Trip> {
    const { trip } = await this.#change(tripId, () => ({ type: 'close' }));
    if (trip.driverId !== undefined) await this.#release(trip.driverId, tripId);
    return trip;
  }

  /** Frees a driver who is claimed for a trip that does not have them: a process died between two writes. */
  async repair(driver: Driver): Promise<void> {
    if (driver.claim === null) return;
    const trip = await this.#parts.trips.find(driver.claim);
    const has = trip?.open && [trip.driverId, trip.offer?.driverId].includes(driver._id);
    if (!has) await this.#release(driver._id, driver.claim);
    else if (trip.driverId === driver._id && driver.tripId === null)
      await this.#parts.drivers.ride(driver._id, trip._id);
  }

  /** What a driver is offered now: the phone may have lost it. */
  async openOffers({ _id, claim, tripId }: Driver): Promise<Offer[]> {
    const trip = claim === null || tripId !== null ? null : await this.#parts.trips.find(claim);
    return trip?.offer?.driverId === _id ? [offerMessage(trip, trip.offer)] : [];
  }

  async #release(driverId: DriverId, tripId: TripId): Promise<void> {
    const { drivers, places } = this.#parts;
    const driver = await drivers.release(driverId, tripId);
    if (driver !== null) await places.dutyChanged(driverId, driver);
  }

  async #change(tripId: TripId, choose: (trip: Trip) => TripAction, commandId?: CommandId): Promise<Changed> {
    const changed = await this.#parts.trips.change(tripId, choose, commandId);
    if (changed.event !== null) {
      await this.#parts.cache.forget(tripId);
      const { driverId } = changed.trip.driverId === undefined ? changed.before : changed.trip;
      this.#announce({ ...changed.trip, ...(driverId === undefined ? {} : { driverId }) }, changed.event);
    }
    return changed;
  }

  /** Null when the action is not possible (any more). */
  async #changeIfLegal(tripId: TripId, choose: (trip: Trip) => TripAction | null): Promise<Changed | null> {
    try {
      return await this.#change(tripId, (trip) => {
        const action = choose(trip);
        if (action === null) throw new CodedError('ILLEGAL_TRANSITION');
        return action;
      });
    } catch (error) {
      if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return null;
      throw error;
    }
  }

  #announce({ riderId, driverId }: Trip, event: TripEvent | undefined): void {
    if (event !== undefined) this.#parts.announcer.event(event, { riderId, driverId });
  }
}
