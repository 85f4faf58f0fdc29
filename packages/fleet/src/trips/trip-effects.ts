import type {
  DriverId,
  NotificationKind,
  OfferId,
  OfferRevoked,
  RiderId,
  TripEvent,
  TripEventType,
} from '@rideline/contract';
import { openOffers, type TripOffer } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';

/** Effects of a trip's events other than its log; each may be repeated without harm. */
export type TripEffect =
  /** Stores the driver's active trip in their hash, and with it their place in the search; without one their queued trip is promoted. */
  | { readonly type: 'refresh_driver'; readonly driverId: DriverId }
  | { readonly type: 'push_offer'; readonly driverId: DriverId; readonly offer: TripOffer }
  | {
      readonly type: 'revoke_offer';
      readonly driverId: DriverId;
      readonly offerId: OfferId;
      readonly reason: OfferRevoked['reason'];
    }
  | {
      readonly type: 'release_claim';
      readonly driverId: DriverId;
      readonly offerId: OfferId;
      /** The offer ended without an acceptance. */
      readonly isUnaccepted: boolean;
    }
  /** The driver is not offered trips of this rider for a while. */
  | { readonly type: 'cool_down'; readonly driverId: DriverId; readonly riderId: RiderId }
  | TripNotice;

/** A notification to a user; repeats with the same id have no effect. */
export interface TripNotice {
  readonly type: 'notify';
  readonly notificationId: string;
  readonly role: 'rider' | 'driver';
  readonly userId: RiderId | DriverId;
  readonly kind: NotificationKind;
  readonly event: TripEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether the driver was unassigned by this event: a trip that ends for want of drivers names in `after` the event that took the last one. */
function unassigns({ type, data }: TripEvent): boolean {
  return type === 'driver_cancelled' || type === 'reassigned' || (type === 'no_drivers' && 'after' in data);
}

/**
 * The driver who had the trip before the first of the kept events. Of the events only the newest are kept, and the one with the acceptance may be
 * gone; of the offers all are.
 */
function driverBeforeEvents(trip: StoredTrip): DriverId | null {
  if (trip.origin === 'import') return trip.driverId ?? null;
  if (trip.events[0]?.version === 1) return null;
  const first = trip.events.find((event) => event.type === 'accepted' || unassigns(event));
  if (first === undefined) return trip.driverId ?? null;
  if (first.type === 'accepted') return null;
  const accepted = trip.offers.filter(({ state }) => state === 'accepted');
  const later = trip.events.filter(({ type }) => type === 'accepted').length;
  return accepted.at(-1 - later)?.driverId ?? null;
}

/** By version, the driver who had the trip when each event happened, including the one who lost it by the event. */
export function driverAtEvents(trip: StoredTrip): Map<number, DriverId | null> {
  const at = new Map<number, DriverId | null>();
  let current = driverBeforeEvents(trip);
  for (const event of trip.events) {
    if (event.type === 'accepted') current = event.data.driverId as DriverId;
    at.set(event.version, current);
    if (unassigns(event)) current = null;
  }
  return at;
}

/** Drivers who have, or had, this trip. */
function driversOf(trip: StoredTrip): Set<DriverId> {
  const drivers = new Set(
    trip.offers.filter(({ state }) => state === 'accepted').map(({ driverId }) => driverId),
  );
  if (trip.driverId !== undefined) drivers.add(trip.driverId);
  return drivers;
}

const REVOKE_REASON: Partial<Record<TripEventType, OfferRevoked['reason']>> = {
  accepted: 'taken',
  cancelled: 'cancelled',
  failed: 'ended',
};

/** Notifications to rider and driver by event type. Offers are added in `noticesOf`: they go to the phone by push as well as by socket. */
const NOTICES: Partial<Record<TripEventType, { rider?: NotificationKind; driver?: NotificationKind }>> = {
  accepted: { rider: 'trip_matched' },
  promoted: { driver: 'trip_promoted' },
  arrived: { rider: 'driver_arrived' },
  started: { rider: 'trip_started' },
  completed: { rider: 'trip_completed' },
  cancelled: { rider: 'trip_cancelled', driver: 'trip_cancelled' },
  driver_cancelled: { rider: 'driver_changed' },
  reassigned: { rider: 'driver_changed', driver: 'trip_reassigned' },
  no_show: { rider: 'trip_no_show' },
  no_drivers: { rider: 'no_drivers' },
  failed: { rider: 'trip_failed', driver: 'trip_cancelled' },
};

function offerEffects(trip: StoredTrip, events: readonly TripEvent[]): TripEffect[] {
  const effects: TripEffect[] = [];
  const newAttempts = new Set(
    events.filter(({ type }) => type === 'offered').map(({ data }) => data.attempt),
  );
  for (const offer of openOffers(trip)) {
    if (!newAttempts.has(offer.attempt)) continue;
    effects.push({ type: 'push_offer', driverId: offer.driverId, offer });
  }
  const from = Math.min(...events.map(({ at }) => at));
  const ends = new Map(events.map((event) => [event.at, event.type as TripEventType]));
  for (const { driverId, offerId, state, endedAt } of trip.offers) {
    if (endedAt === undefined || endedAt < from) continue;
    effects.push({ type: 'release_claim', driverId, offerId, isUnaccepted: state !== 'accepted' });
    if (state === 'accepted' || state === 'declined') continue;
    const reason =
      state === 'revoked' ? (REVOKE_REASON[ends.get(endedAt) ?? 'cancelled'] ?? 'ended') : 'expired';
    effects.push({ type: 'revoke_offer', driverId, offerId, reason });
  }
  return effects;
}

/**
 * Pairs of rider and driver that have just failed: the rider cancelled a trip that the driver was offered or had, or the driver declined it or
 * gave it back. Before the claims are released: in between the driver could get the rider's next trip.
 */
function coolDownEffects(trip: StoredTrip, events: readonly TripEvent[]): TripEffect[] {
  const drivers = new Set<DriverId>();
  const had = driverAtEvents(trip);
  for (const { type, actor, version, at } of events) {
    const byRider = type === 'cancelled' && actor === 'rider';
    const driverId = had.get(version);
    if (driverId && (byRider || type === 'driver_cancelled')) drivers.add(driverId);
    for (const { state, endedAt, driverId: offeredTo } of trip.offers) {
      if (endedAt !== at) continue;
      if ((byRider && state === 'revoked') || (type === 'declined' && state === 'declined'))
        drivers.add(offeredTo);
    }
  }
  return [...drivers].map((driverId) => ({ type: 'cool_down', driverId, riderId: trip.riderId }));
}

function noticesOf(trip: StoredTrip, events: readonly TripEvent[]): TripNotice[] {
  const notices: TripNotice[] = [];
  const drivers = driverAtEvents(trip);
  for (const event of events) {
    const { tripId, version, data, actor } = event;
    const kinds = NOTICES[event.type as TripEventType] ?? {};
    const add = (role: 'rider' | 'driver', userId: RiderId | DriverId, kind: NotificationKind) =>
      notices.push({
        type: 'notify',
        notificationId: `${tripId}-${version}-${role}`,
        role,
        userId,
        kind,
        event,
        data: { tripId, version, ...data },
      });
    // Riders are not notified of their own actions.
    if (kinds.rider && actor !== 'rider') add('rider', trip.riderId, kinds.rider);
    const driverId = drivers.get(version) ?? null;
    // Operators see a silent driver at once; the rider hears of it when they can do something about it.
    if (event.type === 'driver_silent' && data.riderMayEnd === true)
      add('rider', trip.riderId, 'driver_silent');
    if (kinds.driver && driverId !== null) add('driver', driverId, kinds.driver);
    if (event.type === 'offered') {
      const offer = trip.offers.find(({ attempt }) => attempt === data.attempt);
      if (offer?.state === 'open') add('driver', offer.driverId, 'offer');
    }
  }
  return notices;
}

/** All effects of `events`, the pending events of `trip`; pure. */
export function effectsOf(trip: StoredTrip, events: readonly TripEvent[]): TripEffect[] {
  if (events.length === 0) return [];
  const refresh = [...driversOf(trip)].map((driverId): TripEffect => ({ type: 'refresh_driver', driverId }));
  return [
    ...refresh,
    ...coolDownEffects(trip, events),
    ...offerEffects(trip, events),
    ...noticesOf(trip, events),
  ];
}
