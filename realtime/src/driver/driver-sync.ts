import type { DriverId, DriverSync, Offer, OfferId, TripId, UplinkPolicy } from '@rideline/contract';
import { readDriverNext } from '@rideline/fleet/live/driver-next';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { offerMessage } from '@rideline/fleet/trips/offer-message';
import { openOffers, tripOfOffer } from '@rideline/fleet/trips/trip';
import type { DriverTrip } from '@rideline/fleet/trips/trip-relay';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { TripReader } from '../rider/trip-reader.ts';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';

export interface SyncParts {
  readonly context: DriverContext;
  readonly tripStore: TripStore;
  readonly trips: TripReader;
  readonly policy: (connection: DriverConnection) => UplinkPolicy;
  /** Reads the driver's trips from MongoDB and writes them into their hash. */
  readonly writeTrip: (driverId: DriverId) => Promise<Pick<DriverTrip, 'tripId' | 'queuedId' | 'rev'>>;
}

/** Ms that `sync` waits for MongoDB; without its answer the phone gets offers and the queued trip a little later. */
const MONGO_WAIT_MS = 1000;

/**
 * The answer to `sync`: status, trip, open offers, queued trip, policy and acknowledgement. All of it is in Redis: phones that reconnect
 * together cause no read of MongoDB each. MongoDB is asked when the driver hash was lost or is new.
 */
export async function syncDriver(connection: DriverConnection, parts: SyncParts): Promise<DriverSync> {
  const { live, acks } = connection;
  const { offers, queuedId } = await nextOf(connection, parts).catch((error: Error) => {
    // Fixes must flow all the same; the relay sends open offers again, or they expire.
    parts.context.log.warn({ reason: error.message }, 'driver synchronised without offers');
    return { offers: [], queuedId: null };
  });
  const snapshotOf = (tripId: TripId | null) => (tripId === null ? null : parts.trips.snapshot(tripId));
  const [trip, queued] = await Promise.all([snapshotOf(live.tripId), snapshotOf(queuedId)]);
  return {
    status: live.reportedStatus,
    ...(trip === null ? {} : { trip, watchers: connection.watchers.count }),
    ...(queued === null ? {} : { queued }),
    offers,
    policy: parts.policy(connection),
    ack: acks.newest,
  };
}

interface Next {
  readonly offers: Offer[];
  readonly queuedId: TripId | null;
}

async function nextOf(connection: DriverConnection, parts: SyncParts): Promise<Next> {
  const { state, config, clock } = parts.context;
  const now = { wallMs: clock.wallMs(), domainMs: clock.domainMs() };
  const { queued, offer } = await readDriverNext(state, config.region, connection.driverId, now);
  const isKnown = queued !== 'unknown' && offer !== 'unknown';
  parts.context.metrics.driver_syncs_total.inc({ source: isKnown ? 'redis' : 'mongo' });
  const [queuedId, offers] = await Promise.all([
    queued === 'unknown' ? readTrips(connection, parts) : queued,
    offer === 'unknown' ? claimedOffers(connection.driverId, parts) : offer === null ? [] : [offer],
  ]);
  return { queuedId, offers };
}

/** @returns the queued trip; the next `sync` finds it in the hash */
async function readTrips(connection: DriverConnection, parts: SyncParts): Promise<TripId | null> {
  const { tripId, queuedId, rev } = await withinMs(parts.writeTrip(connection.driverId), MONGO_WAIT_MS);
  connection.setTrip(tripId, rev);
  return queuedId;
}

/** The offer that the driver hash has a claim for. An offer whose claim Redis has lost expires, and the trip goes to another driver. */
async function claimedOffers(driverId: DriverId, { tripStore, context }: SyncParts): Promise<Offer[]> {
  const { state, config } = context;
  const claimed = (await state.hget(driver(config.region, driverId), 'claimOffer')) as OfferId | null;
  const tripId = claimed && tripOfOffer(claimed);
  if (!tripId) return [];
  const trip = await withinMs(tripStore.trips.find(tripId), MONGO_WAIT_MS);
  const open = trip && openOffers(trip).find(({ offerId }) => offerId === claimed);
  return trip && open?.driverId === driverId ? [offerMessage(trip, open)] : [];
}
