import {
  type Actor,
  CodedError,
  type CommandId,
  type DriverAction,
  type DriverCommand,
  type DriverId,
  type OfferAnswer,
  type OfferId,
  type RiderId,
  type TripId,
  type TripStatus,
} from '@rideline/contract';
import { isFareReviewOpen, openOffers, type TripOffer, tripOfOffer, unreachable } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';
import { dueStep, wallInstant } from './trip-due.ts';
import { lastHeardAt, silenceCheckAt, silenceCheckMs, silenceStep } from './trip-silence.ts';
import { type Applied, applyToTrip, SlotTaken, type TripStore } from './trip-store.ts';
import type { TripTransition } from './trip-transition.ts';

/** Commands on trips, each exactly once in effect. All throw CodedError as `applyToTrip` does. */

/** Least time between two checks of a trip's driver, domain ms. */
const LEAST_CHECK_MS = 1000;

const now = (tripStore: TripStore) => Math.round(tripStore.clock.domainMs());

/** Clamps the time that a phone reports for a command: not after now, not before the trip's last event. */
function clampedTime(tripStore: TripStore, trip: StoredTrip, at: number): number {
  const last = trip.events.at(-1)?.at ?? 0;
  return Math.round(Math.min(now(tripStore), Math.max(last, at)));
}

const TRANSITION_OF = {
  arrived: 'arrive',
  start: 'start',
  pause: 'pause',
  resume: 'resume',
  stop_reached: 'stop_reached',
  complete: 'complete',
  cancel: 'driver_cancel',
  no_show: 'no_show',
} as const satisfies Record<DriverAction, TripTransition['type']>;

/**
 * A driver's command on their trip.
 * @param metresFromPickup distance by a fresh fix, for `arrived`; null when there is none
 */
export async function commandByDriver(
  tripStore: TripStore,
  driverId: DriverId,
  command: DriverCommand,
  metresFromPickup: (trip: StoredTrip) => number | null,
): Promise<TripStatus> {
  const { commandId, ...body } = command;
  const type = TRANSITION_OF[command.action];
  const choose = (trip: StoredTrip): TripTransition => {
    const at = clampedTime(tripStore, trip, command.at);
    const received = { at, receivedAt: now(tripStore), driverId };
    if (type === 'arrive') return { type, ...received, metresFromPickup: metresFromPickup(trip) };
    return { type, ...received, reason: command.reason };
  };
  return (await applyToTrip(tripStore, command.tripId, choose, { commandId, body })).status;
}

/** A driver's answer to an offer. An offer to another driver is NOT_FOUND, one that has ended is GONE. */
export async function answerOffer(
  tripStore: TripStore,
  driverId: DriverId,
  answer: OfferAnswer,
): Promise<TripStatus> {
  const { commandId, offerId, accept } = answer;
  const tripId = tripOfOffer(offerId);
  if (tripId === null) throw new CodedError('NOT_FOUND', 'no such offer');
  const type = accept ? 'accept' : 'decline';
  const choose = (): TripTransition => ({ type, at: now(tripStore), offerId, driverId });
  try {
    return (await applyToTrip(tripStore, tripId, choose, { commandId, body: { offerId, accept } })).status;
  } catch (error) {
    if (!(error instanceof SlotTaken)) throw error;
    // The driver is on another ride: declining now spares the rider the rest of the offer window.
    await applyToTrip(tripStore, tripId, () => ({ type: 'decline', at: now(tripStore), offerId, driverId }));
    throw new CodedError('CONFLICT', 'you are on another trip');
  }
}

/** Cancels the rider's own trip; a trip of another rider is NOT_FOUND. */
export async function cancelByRider(
  tripStore: TripStore,
  riderId: RiderId,
  cancel: { tripId: TripId; commandId: CommandId; reason: string | null },
): Promise<TripStatus> {
  const { tripId, commandId, reason } = cancel;
  const choose = (trip: StoredTrip): TripTransition => {
    if (trip.riderId !== riderId) throw new CodedError('NOT_FOUND', 'no such trip');
    return { type: 'cancel', at: now(tripStore), by: 'rider', reason };
  };
  return (await applyToTrip(tripStore, tripId, choose, { commandId, body: { cancel: reason } })).status;
}

/** Cancels a trip on behalf of an operator or the system. */
export async function cancelByOthers(
  tripStore: TripStore,
  by: Exclude<Actor, 'driver' | 'rider'>,
  cancel: { tripId: TripId; commandId: CommandId; reason: string },
): Promise<TripStatus> {
  const { tripId, commandId, reason } = cancel;
  const choose = (): TripTransition => ({ type: 'cancel', at: now(tripStore), by, reason });
  return (await applyToTrip(tripStore, tripId, choose, { commandId, body: { cancel: reason } })).status;
}

/** Unassigns the driver of a trip that has not started; the trip is searched again without them. */
export async function reassignTrip(
  tripStore: TripStore,
  by: 'operator' | 'system',
  reassign: { tripId: TripId; commandId: CommandId; reason: string; expectedDriver?: DriverId },
): Promise<TripStatus> {
  const { tripId, commandId, reason, expectedDriver } = reassign;
  const choose = (trip: StoredTrip): TripTransition | null =>
    expectedDriver !== undefined && trip.driverId !== expectedDriver
      ? null
      : { type: 'reassign', at: now(tripStore), by, reason };
  return (await applyToTrip(tripStore, tripId, choose, { commandId, body: { reassign: reason } })).status;
}

/**
 * Marks the fare of a ride that ended without its driver as reviewed. Once it is marked, every further call succeeds without effect.
 * @param review.version the trip's version that the operator saw
 * @throws CodedError CONFLICT with the current version when the trip has changed since
 */
export async function reviewFare(
  tripStore: TripStore,
  review: { tripId: TripId; commandId: CommandId; reason: string; version: number },
): Promise<TripStatus> {
  const { tripId, commandId, reason, version } = review;
  const choose = (trip: StoredTrip): TripTransition => {
    if (isFareReviewOpen(trip.state) && trip.version !== version)
      throw new CodedError('CONFLICT', 'the trip has changed', { version: trip.version });
    return { type: 'review_fare', at: now(tripStore) };
  };
  const body = { reviewFare: reason, version };
  return (await applyToTrip(tripStore, tripId, choose, { commandId, body })).status;
}

/** Writes the offer of the next attempt; null when the trip no longer allows it. */
export async function offerTrip(
  tripStore: TripStore,
  tripId: TripId,
  make: (trip: StoredTrip) => TripOffer | null,
  known?: StoredTrip,
): Promise<Applied | null> {
  const choose = (trip: StoredTrip): TripTransition | null => {
    const offer = make(trip);
    return offer && { type: 'offer', at: now(tripStore), offer };
  };
  try {
    const applied = await applyToTrip(tripStore, tripId, choose, undefined, known);
    return applied.changed ? applied : null;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return null;
    throw error;
  }
}

/**
 * Expires an offer whose window is over. Called by its timer, by the matcher's tick and by the sweeper; the first call has the effect.
 * @param wasDelivered whether the driver's phone acknowledged the offer
 * @returns whether this call expired it
 */
export async function expireOffer(
  tripStore: TripStore,
  offerId: OfferId,
  wasDelivered: boolean,
): Promise<boolean> {
  const tripId = tripOfOffer(offerId);
  if (tripId === null) throw new CodedError('NOT_FOUND', 'no such offer');
  try {
    const applied = await applyToTrip(tripStore, tripId, () => ({
      type: 'expire',
      at: now(tripStore),
      offerId,
      delivered: wasDelivered,
    }));
    return applied.changed;
  } catch (error) {
    // Too early, or the trip has moved on: a later call handles both.
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return false;
    throw error;
  }
}

/** What is known of a driver's phone. */
export interface PhoneSigns {
  /** Whether the phone acknowledged the offer. */
  readonly wasDelivered: (offer: TripOffer) => Promise<boolean>;
  /** When the phone was last heard, domain ms; null when nothing is known. Without it drivers are not checked: the sweeper does. */
  readonly lastHeard?: (driverId: DriverId) => Promise<number | null>;
}

/**
 * Performs the step of a trip that is due by time alone: release, give up, expiry of offers, promotion, check of a silent driver. It may be
 * called at any time and any number of times.
 * @returns whether the trip changed
 */
export async function settleDue(
  tripStore: TripStore,
  tripId: TripId,
  { wasDelivered, lastHeard }: PhoneSigns,
): Promise<boolean> {
  const trip = await tripStore.trips.find(tripId);
  if (trip === null) return false;
  const due = dueStep(trip, now(tripStore), tripStore);
  switch (due) {
    case null:
      return false;
    case 'release':
      return await releaseTrip(tripStore, trip);
    case 'give_up':
      return await applyIfLegal(tripStore, tripId, () => ({
        type: 'give_up',
        at: now(tripStore),
        budgetMs: tripStore.searchBudgetMs,
      }));
    case 'expire': {
      let changed = false;
      for (const offer of openOffers(trip)) {
        changed = (await expireOffer(tripStore, offer.offerId, await wasDelivered(offer))) || changed;
      }
      return changed;
    }
    case 'promote':
      if (trip.driverId !== undefined && (await promoteQueued(tripStore, trip.driverId))) return true;
      return lastHeard === undefined ? false : await checkDriver(tripStore, trip, lastHeard);
    case 'check_driver':
      return lastHeard === undefined ? false : await checkDriver(tripStore, trip, lastHeard);
    default:
      return unreachable(due);
  }
}

/** Looks whether the driver of a trip is still there. @returns whether the trip changed */
async function checkDriver(
  tripStore: TripStore,
  trip: StoredTrip,
  lastHeard: (driverId: DriverId) => Promise<number | null>,
): Promise<boolean> {
  const { silence: times, clock, trips } = tripStore;
  const { driverId } = trip;
  const known = lastHeardAt(trip);
  if (driverId === undefined || known === null) return false;
  const at = now(tripStore);
  const heardAt = Math.min(at, Math.max(known, Math.round((await lastHeard(driverId)) ?? 0)));
  const checked: StoredTrip = { ...trip, heardAt };
  const isBack = trip.silence !== undefined && at - heardAt < times.silentMs && heardAt > trip.silence.since;
  const step = silenceStep(checked, at, times);
  const changed =
    (isBack && (await applyAt(tripStore, trip, { type: 'driver_heard', at, heardAt }))) ||
    (step !== null && (await applyAt(tripStore, checked, { type: 'driver_silent', at, times })));
  if (changed) return true;
  // A promised trip stays due for its promotion, and is postponed like everything that stays due.
  if (trip.slot === 'queued') return false;
  const due = Math.max(silenceCheckAt(checked, times) ?? at, at + LEAST_CHECK_MS);
  const next = trip.silence ? Math.min(due, at + silenceCheckMs(times)) : due;
  await trips.postponeCheck(trip, { heardAt, nextCheckAt: wallInstant(clock, next) });
  return false;
}

/** Applies a transition to a trip as it was read; false when it does not fit or another write came first. */
async function applyAt(tripStore: TripStore, trip: StoredTrip, transition: TripTransition): Promise<boolean> {
  return await applyIfLegal(
    tripStore,
    trip._id,
    (found) => (found.version === trip.version ? transition : null),
    trip,
  );
}

/** Reason of a scheduled trip that is cancelled because its tier is closed when its search would begin. */
const TIER_CLOSED = 'tier_closed';

/**
 * Starts the search for a scheduled trip that is due. If its rider is on another trip by then, it fails; if its tier is closed, it is cancelled,
 * so that the rider knows while there is time to go by other means (decision 0150).
 */
async function releaseTrip(tripStore: TripStore, { _id: tripId, tier }: StoredTrip): Promise<boolean> {
  if ((await tripStore.requestTerms()).closedTiers.includes(tier))
    return await applyIfLegal(tripStore, tripId, ({ state }) =>
      state.name === 'scheduled'
        ? { type: 'cancel', at: now(tripStore), by: 'system', reason: TIER_CLOSED }
        : null,
    );
  try {
    return await applyIfLegal(tripStore, tripId, () => ({ type: 'release', at: now(tripStore) }));
  } catch (error) {
    if (!(error instanceof SlotTaken)) throw error;
    return await applyIfLegal(tripStore, tripId, () => ({
      type: 'fail',
      at: now(tripStore),
      reason: 'rider_busy',
    }));
  }
}

/** Promotes the driver's queued trip to the active slot once the driver has no active trip. */
export async function promoteQueued(tripStore: TripStore, driverId: DriverId): Promise<boolean> {
  const queued = await tripStore.trips.openTripOf(driverId, 'queued');
  if (queued === null || (await tripStore.trips.openTripOf(driverId, 'active')) !== null) return false;
  try {
    return await applyIfLegal(tripStore, queued._id, (trip) =>
      trip.driverId === driverId && trip.slot === 'queued' ? { type: 'promote', at: now(tripStore) } : null,
    );
  } catch (error) {
    // The driver has taken another ride in between; the end of that ride promotes.
    if (error instanceof SlotTaken) return false;
    throw error;
  }
}

async function applyIfLegal(
  tripStore: TripStore,
  tripId: TripId,
  choose: (trip: StoredTrip) => TripTransition | null,
  known?: StoredTrip,
): Promise<boolean> {
  try {
    return (await applyToTrip(tripStore, tripId, choose, undefined, known)).changed;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return false;
    throw error;
  }
}
