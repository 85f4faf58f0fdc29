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

/** What follows from a trip's events besides its log, each harmless when it is done again. */
export type TripEffect =
  /** His hash, and so his place in the search, says which trip he is on; if it is none, one promised to him becomes his. */
  | { readonly type: 'refresh_driver'; readonly driverId: DriverId }
  | { readonly type: 'push_offer'; readonly driverId: DriverId; readonly offer: TripOffer }
  | {
      readonly type: 'revoke_offer';
      readonly driverId: DriverId;
      readonly offerId: OfferId;
      readonly reason: OfferRevoked['reason'];
    }
  | { readonly type: 'release_claim'; readonly driverId: DriverId; readonly offerId: OfferId }
  | TripNotice;

/** Somebody is to be notified; the id makes it one, however often it is asked for. */
export interface TripNotice {
  readonly type: 'notify';
  readonly notificationId: string;
  readonly role: 'rider' | 'driver';
  readonly userId: RiderId | DriverId;
  readonly kind: NotificationKind;
  readonly event: TripEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The driver who had the trip when each of `events` happened, by version: also one who has lost it by it. */
export function driverAtEvents(trip: StoredTrip): Map<number, DriverId | null> {
  const at = new Map<number, DriverId | null>();
  let current: DriverId | null = trip.origin === 'import' ? (trip.driverId ?? null) : null;
  for (const event of trip.events) {
    if (event.type === 'accepted') current = event.data.driverId as DriverId;
    at.set(event.version, current);
    if (event.type === 'driver_cancelled' || event.type === 'reassigned' || event.type === 'no_drivers')
      current = null;
  }
  return at;
}

/** Everybody who has, or had, this trip. */
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

/** What the rider and the driver are notified of. Offers wake a phone up; the socket has them already. */
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
  const told = new Set(events.filter(({ type }) => type === 'offered').map(({ data }) => data.attempt));
  for (const offer of openOffers(trip)) {
    if (!told.has(offer.attempt)) continue;
    effects.push({ type: 'push_offer', driverId: offer.driverId, offer });
  }
  const from = Math.min(...events.map(({ at }) => at));
  const ends = new Map(events.map((event) => [event.at, event.type as TripEventType]));
  for (const { driverId, offerId, state, endedAt } of trip.offers) {
    if (endedAt === undefined || endedAt < from) continue;
    effects.push({ type: 'release_claim', driverId, offerId });
    if (state === 'accepted' || state === 'declined') continue;
    const reason =
      state === 'revoked' ? (REVOKE_REASON[ends.get(endedAt) ?? 'cancelled'] ?? 'ended') : 'expired';
    effects.push({ type: 'revoke_offer', driverId, offerId, reason });
  }
  return effects;
}

function noticesOf(trip: StoredTrip, events: readonly TripEvent[]): TripNotice[] {
  const notices: TripNotice[] = [];
  const drivers = driverAtEvents(trip);
  for (const event of events) {
    const { tripId, version, data, actor } = event;
    const wanted = NOTICES[event.type as TripEventType] ?? {};
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
    // Nobody is notified of what he has done himself.
    if (wanted.rider && actor !== 'rider') add('rider', trip.riderId, wanted.rider);
    const driverId = drivers.get(version) ?? null;
    if (wanted.driver && driverId !== null) add('driver', driverId, wanted.driver);
    if (event.type === 'offered') {
      const offer = trip.offers.find(({ attempt }) => attempt === data.attempt);
      if (offer?.state === 'open') add('driver', offer.driverId, 'offer');
    }
  }
  return notices;
}

/** Everything that `events`, the untold ones of `trip`, have for consequences; pure. */
export function effectsOf(trip: StoredTrip, events: readonly TripEvent[]): TripEffect[] {
  if (events.length === 0) return [];
  const refresh = [...driversOf(trip)].map((driverId): TripEffect => ({ type: 'refresh_driver', driverId }));
  return [...refresh, ...offerEffects(trip, events), ...noticesOf(trip, events)];
}
