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
  type TripStanding,
} from '@rideline/contract';
import type { TripDocument } from '../store/models.ts';
import { openOffers, type TripOffer, tripOfOffer } from './trip.ts';
import { dueStep } from './trip-due.ts';
import { type Applied, applyToTrip, PlaceTaken, type TripDesk } from './trip-store.ts';
import type { TripTransition } from './trip-transition.ts';

/** What somebody does to a trip, each once in effect. All throw CodedError as `applyToTrip` does. */

const now = (desk: TripDesk) => Math.round(desk.clock.domainMs());

/** A phone may say when it did something, within what is believable: not after now, not before the trip's last event. */
function believed(desk: TripDesk, trip: TripDocument, at: number): number {
  const last = trip.events.at(-1)?.at ?? 0;
  return Math.round(Math.min(now(desk), Math.max(last, at)));
}

const TRANSITION_OF = {
  arrived: 'arrive',
  start: 'start',
  pause: 'pause',
  resume: 'resume',
  stop_reached: 'stop_reached',
  complete: 'complete',
  cancel: 'hand_back',
  no_show: 'no_show',
} as const satisfies Record<DriverAction, TripTransition['type']>;

/**
 * A driver's command on his trip.
 * @param metresFromPickup where a fresh fix has him, for `arrived`; null when there is none
 */
export async function commandByDriver(
  desk: TripDesk,
  driverId: DriverId,
  command: DriverCommand,
  metresFromPickup: (trip: TripDocument) => number | null,
): Promise<TripStanding> {
  const { commandId, ...body } = command;
  const type = TRANSITION_OF[command.action];
  const choose = (trip: TripDocument): TripTransition => {
    const at = believed(desk, trip, command.at);
    if (type === 'arrive') return { type, at, driverId, metresFromPickup: metresFromPickup(trip) };
    return { type, at, driverId, reason: command.reason };
  };
  return (await applyToTrip(desk, command.tripId, choose, { commandId, body })).standing;
}

/** A driver's answer to an offer. An offer of somebody else is NOT_FOUND, one that has ended GONE. */
export async function answerOffer(
  desk: TripDesk,
  driverId: DriverId,
  answer: OfferAnswer,
): Promise<TripStanding> {
  const { commandId, offerId, accept } = answer;
  const tripId = tripOfOffer(offerId);
  if (tripId === null) throw new CodedError('NOT_FOUND', 'no such offer');
  const type = accept ? 'accept' : 'decline';
  const choose = (): TripTransition => ({ type, at: now(desk), offerId, driverId });
  try {
    return (await applyToTrip(desk, tripId, choose, { commandId, body: { offerId, accept } })).standing;
  } catch (error) {
    if (!(error instanceof PlaceTaken)) throw error;
    // He is on another ride: the rider need not wait for the end of the window to hear it.
    await applyToTrip(desk, tripId, () => ({ type: 'decline', at: now(desk), offerId, driverId }));
    throw new CodedError('CONFLICT', 'you are on another trip');
  }
}

/** A rider's own trip is cancelled; for anybody else's it is NOT_FOUND. */
export async function cancelByRider(
  desk: TripDesk,
  riderId: RiderId,
  cancel: { tripId: TripId; commandId: CommandId; reason: string | null },
): Promise<TripStanding> {
  const { tripId, commandId, reason } = cancel;
  const choose = (trip: TripDocument): TripTransition => {
    if (trip.riderId !== riderId) throw new CodedError('NOT_FOUND', 'no such trip');
    return { type: 'cancel', at: now(desk), by: 'rider', reason };
  };
  return (await applyToTrip(desk, tripId, choose, { commandId, body: { cancel: reason } })).standing;
}

/** An operator, or the system, ends a trip that has not ended. */
export async function cancelByOthers(
  desk: TripDesk,
  by: Exclude<Actor, 'driver' | 'rider'>,
  cancel: { tripId: TripId; commandId: CommandId; reason: string },
): Promise<TripStanding> {
  const { tripId, commandId, reason } = cancel;
  const choose = (): TripTransition => ({ type: 'cancel', at: now(desk), by, reason });
  return (await applyToTrip(desk, tripId, choose, { commandId, body: { cancel: reason } })).standing;
}

/** Takes the driver off a trip that he has not begun; it is searched for anew, without him. */
export async function reassignTrip(
  desk: TripDesk,
  by: 'operator' | 'system',
  reassign: { tripId: TripId; commandId: CommandId; reason: string; expectedDriver?: DriverId },
): Promise<TripStanding> {
  const { tripId, commandId, reason, expectedDriver } = reassign;
  const choose = (trip: TripDocument): TripTransition | null =>
    expectedDriver !== undefined && trip.driverId !== expectedDriver
      ? null
      : { type: 'reassign', at: now(desk), by, reason };
  return (await applyToTrip(desk, tripId, choose, { commandId, body: { reassign: reason } })).standing;
}

/** Makes an offer of the next attempt; null when the trip is past it. */
export async function offerTrip(
  desk: TripDesk,
  tripId: TripId,
  make: (trip: TripDocument) => TripOffer | null,
  known?: TripDocument,
): Promise<Applied | null> {
  const choose = (trip: TripDocument): TripTransition | null => {
    const offer = make(trip);
    return offer && { type: 'offer', at: now(desk), offer };
  };
  try {
    const applied = await applyToTrip(desk, tripId, choose, undefined, known);
    return applied.changed ? applied : null;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return null;
    throw error;
  }
}

/**
 * Ends an offer whose window is over. Called by its timer, by the matcher's tick and by the sweeper: whoever comes first.
 * @param wasDelivered whether the driver's phone had acknowledged it
 * @returns whether this call ended it
 */
export async function lapseOffer(desk: TripDesk, offerId: OfferId, wasDelivered: boolean): Promise<boolean> {
  const tripId = tripOfOffer(offerId);
  if (tripId === null) throw new CodedError('NOT_FOUND', 'no such offer');
  try {
    const applied = await applyToTrip(desk, tripId, () => ({
      type: 'lapse',
      at: now(desk),
      offerId,
      delivered: wasDelivered,
    }));
    return applied.changed;
  } catch (error) {
    // Too early, or the trip is past it: both are for others to end.
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return false;
    throw error;
  }
}

/**
 * Does to a trip what is due by time alone: release, give up, lapse of its offers, promotion. Whoever finds it due calls this; it may be
 * called at any time and any number of times.
 * @returns whether something was changed
 */
export async function settleDue(
  desk: TripDesk,
  tripId: TripId,
  wasDelivered: (offer: TripOffer) => Promise<boolean>,
): Promise<boolean> {
  const trip = await desk.record.find(tripId);
  if (trip === null) return false;
  const due = dueStep(trip, now(desk), desk.searchBudgetMs);
  switch (due) {
    case null:
      return false;
    case 'release':
      return await releaseTrip(desk, tripId);
    case 'give_up':
      return await applyIfLegal(desk, tripId, () => ({
        type: 'give_up',
        at: now(desk),
        budgetMs: desk.searchBudgetMs,
      }));
    case 'lapse': {
      let changed = false;
      for (const offer of openOffers(trip)) {
        changed = (await lapseOffer(desk, offer.offerId, await wasDelivered(offer))) || changed;
      }
      return changed;
    }
    case 'promote':
      return trip.driverId === undefined ? false : await promoteQueued(desk, trip.driverId);
  }
}

/** A scheduled trip whose time has come. Its rider may be on another by then. */
async function releaseTrip(desk: TripDesk, tripId: TripId): Promise<boolean> {
  try {
    return await applyIfLegal(desk, tripId, () => ({ type: 'release', at: now(desk) }));
  } catch (error) {
    if (!(error instanceof PlaceTaken)) throw error;
    return await applyIfLegal(desk, tripId, () => ({ type: 'fail', at: now(desk), reason: 'rider_busy' }));
  }
}

/** The trip promised after a ride becomes the driver's ride, once he has none. */
export async function promoteQueued(desk: TripDesk, driverId: DriverId): Promise<boolean> {
  const queued = await desk.record.openTripOf(driverId, 'queued');
  if (queued === null || (await desk.record.openTripOf(driverId, 'active')) !== null) return false;
  try {
    return await applyIfLegal(desk, queued._id, (trip) =>
      trip.driverId === driverId && trip.slot === 'queued' ? { type: 'promote', at: now(desk) } : null,
    );
  } catch (error) {
    // He has taken another ride in between; its end promotes.
    if (error instanceof PlaceTaken) return false;
    throw error;
  }
}

async function applyIfLegal(
  desk: TripDesk,
  tripId: TripId,
  choose: (trip: TripDocument) => TripTransition | null,
): Promise<boolean> {
  try {
    return (await applyToTrip(desk, tripId, choose)).changed;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'ILLEGAL_TRANSITION') return false;
    throw error;
  }
}
