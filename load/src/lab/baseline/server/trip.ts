import {
  type Actor,
  CodedError,
  type DriverAction,
  type DriverId,
  type OfferId,
  type Point,
  type RiderId,
  type Tier,
  TRIP_ENDS,
  type TripEvent,
  type TripEventType,
  type TripId,
  type TripStateName,
  type TripView,
  toIsoTime,
  toIsoTimeOrNull,
} from '@rideline/contract';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';

/** A driver to whom a trip is offered; no other trip can be offered to them meanwhile. Times: epoch ms. */
export interface TripOffer {
  readonly offerId: OfferId;
  readonly driverId: DriverId;
  readonly offeredAt: number;
  readonly expiresAt: number;
  readonly distanceMetres: number;
  readonly etaSeconds: number;
}

/** A trip as MongoDB holds it. Times: epoch ms. */
export interface Trip {
  readonly _id: TripId;
  readonly riderId: RiderId;
  /** The driver who has accepted. */
  readonly driverId?: DriverId;
  readonly state: TripStateName;
  readonly version: number;
  readonly open: boolean;
  readonly tier: Tier;
  readonly pickup: Point;
  readonly dropoff: Point;
  readonly stops: readonly Point[];
  readonly createdAt: number;
  readonly searchUntil: number;
  /** When somebody looks at the trip again: for a driver, or because its offer has expired. */
  readonly dueAt: number;
  readonly endedAt: number | null;
  readonly reason: string | null;
  /** The open offer. */
  readonly offer: TripOffer | null;
  /** Drivers who are not offered the trip again. */
  readonly tried: readonly DriverId[];
  readonly attempts: number;
  readonly events: readonly TripEvent[];
  readonly commandIds: readonly string[];
}

export type TripAction =
  | { readonly type: 'offer'; readonly offer: TripOffer }
  | { readonly type: 'accept' | 'decline'; readonly offerId: OfferId; readonly driverId: DriverId }
  | { readonly type: 'expire' | 'give_up' }
  | { readonly type: 'drive'; readonly action: DriverAction; readonly driverId: DriverId }
  | { readonly type: 'cancel'; readonly by: 'rider' | 'operator'; readonly reason: string | null }
  | { readonly type: 'close' };

/** What an action changes, without version and events. */
type Change = Partial<Omit<Trip, '_id' | 'version' | 'events' | 'driverId'>> & {
  readonly state: TripStateName;
  /** null: removed. */
  readonly driverId?: DriverId | null;
};

export interface Step {
  readonly change: Change;
  readonly event: TripEvent;
}

const DRIVER_STEPS: Partial<
  Record<DriverAction, { from: readonly TripStateName[]; to: TripStateName; event: TripEventType }>
> = {
  arrived: { from: ['accepted'], to: 'arrived', event: 'arrived' },
  start: { from: ['arrived'], to: 'in_progress', event: 'started' },
  complete: { from: ['in_progress'], to: 'completed', event: 'completed' },
  no_show: { from: ['arrived'], to: 'no_show', event: 'no_show' },
  cancel: { from: ['accepted', 'arrived'], to: 'searching', event: 'driver_cancelled' },
};

/** @throws CodedError ILLEGAL_TRANSITION, GONE, NOT_FOUND; pure */
export function stepOf(trip: Trip, action: TripAction, at: number): Step {
  switch (action.type) {
    case 'offer': {
      allow(trip, ['searching'], 'offer');
      const { offer } = action;
      const attempts = trip.attempts + 1;
      const dueAt = offer.expiresAt + TRIP_RULES.offerGraceMs;
      return step(
        trip,
        at,
        'system',
        'offered',
        { state: 'offered', offer, attempts, dueAt },
        { attempt: attempts },
      );
    }
    case 'accept': {
      const { driverId } = openOffer(trip, action);
      return step(trip, at, 'driver', 'accepted', { state: 'accepted', driverId, offer: null }, { driverId });
    }
    case 'decline':
      openOffer(trip, action);
      return searchAgain(trip, at, 'driver', 'declined', action.driverId);
    case 'expire':
      allow(trip, ['offered'], 'expire');
      return searchAgain(trip, at, 'system', 'lapsed', trip.offer?.driverId);
    case 'give_up':
      allow(trip, ['searching'], 'give up');
      return step(trip, at, 'system', 'no_drivers', { state: 'no_drivers' });
    case 'drive':
      return driverStep(trip, action, at);
    case 'cancel': {
      allow(trip, ['searching', 'offered', 'accepted', 'arrived'], 'cancel');
      const { by, reason } = action;
      return step(
        trip,
        at,
        by,
        'cancelled',
        { state: 'cancelled', reason, offer: null },
        reason === null ? {} : { reason },
      );
    }
    case 'close':
      allow(trip, ['in_progress'], 'close');
      return step(trip, at, 'system', 'completed', { state: 'completed' });
  }
}

function driverStep(trip: Trip, { action, driverId }: TripAction & { type: 'drive' }, at: number): Step {
  if (trip.driverId !== driverId) throw new CodedError('NOT_FOUND', 'no such trip');
  const found = DRIVER_STEPS[action];
  if (found === undefined)
    throw new CodedError('ILLEGAL_TRANSITION', `${action} is not part of the baseline`);
  allow(trip, found.from, action);
  if (found.to === 'searching') return searchAgain(trip, at, 'driver', found.event, driverId);
  return step(trip, at, 'driver', found.event, { state: found.to });
}

function searchAgain(
  trip: Trip,
  at: number,
  actor: Actor,
  type: TripEventType,
  driverId: DriverId | undefined,
): Step {
  const tried = driverId === undefined ? trip.tried : [...trip.tried, driverId];
  return step(trip, at, actor, type, { state: 'searching', offer: null, driverId: null, tried, dueAt: at });
}

function step(
  trip: Trip,
  at: number,
  actor: Actor,
  type: TripEventType,
  change: Change,
  data: Record<string, unknown> = {},
): Step {
  const { state } = change;
  const ended = TRIP_ENDS.includes(state);
  const event: TripEvent = { tripId: trip._id, version: trip.version + 1, type, state, at, actor, data };
  return { change: ended ? { ...change, open: false, endedAt: at } : change, event };
}

function allow({ state }: Trip, from: readonly TripStateName[], what: string): void {
  if (!from.includes(state))
    throw new CodedError('ILLEGAL_TRANSITION', `${what} is not possible in ${state}`);
}

function openOffer(
  { offer }: Trip,
  asked: { readonly offerId: OfferId; readonly driverId: DriverId },
): TripOffer {
  if (offer?.offerId !== asked.offerId) throw new CodedError('GONE', 'the offer has ended');
  if (offer.driverId !== asked.driverId) throw new CodedError('NOT_FOUND', 'no such offer');
  return offer;
}

/** @param forStaff with its offers */
export function viewOf(trip: Trip, forStaff: boolean): TripView {
  const { offer } = trip;
  return {
    tripId: trip._id,
    riderId: trip.riderId,
    driverId: trip.driverId ?? null,
    state: trip.state,
    version: trip.version,
    open: trip.open,
    slot: trip.driverId === undefined || !trip.open ? null : 'active',
    tier: trip.tier,
    pickup: trip.pickup,
    dropoff: trip.dropoff,
    stops: [...trip.stops],
    requestedAt: toIsoTime(trip.createdAt),
    scheduledAt: null,
    endedAt: toIsoTimeOrNull(trip.endedAt),
    reason: trip.reason,
    attention: null,
    driverSilentSince: null,
    riderMayEnd: false,
    fare: null,
    ...(forStaff ? { offers: offer === null ? [] : [offerView(offer)] } : {}),
  };
}

const offerView = ({
  offeredAt,
  expiresAt,
  ...offer
}: TripOffer): NonNullable<TripView['offers']>[number] => ({
  ...offer,
  state: 'open',
  offeredAt: toIsoTime(offeredAt),
  expiresAt: toIsoTime(expiresAt),
  endedAt: null,
});
