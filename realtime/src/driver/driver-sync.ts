import type { DriverId, DriverSync, Offer, OfferId, TripSnapshot, UplinkPolicy } from '@rideline/contract';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { offerMessage } from '@rideline/fleet/trips/offer-message';
import { openOffers, tripOfOffer } from '@rideline/fleet/trips/trip';
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
}

/** Ms that `sync` waits for MongoDB; without its answer the phone gets offers and the queued trip a little later. */
const MONGO_WAIT_MS = 1000;

/** The answer to `sync`: status, trip, open offers, queued trip, policy and acknowledgement. */
export async function syncDriver(connection: DriverConnection, parts: SyncParts): Promise<DriverSync> {
  const { live, acks, driverId } = connection;
  const [trip, { offers, queued }] = await Promise.all([
    live.tripId === null ? null : parts.trips.snapshot(live.tripId),
    queuedTripAndOffers(driverId, parts).catch((error: Error) => {
      // Fixes must flow all the same; the relay sends open offers again, or they expire.
      parts.context.log.warn({ reason: error.message }, 'driver synchronised without offers');
      return { offers: [], queued: null };
    }),
  ]);
  return {
    status: live.reportedStatus,
    ...(trip === null ? {} : { trip, watchers: connection.watchers.count }),
    ...(queued === null ? {} : { queued }),
    offers,
    policy: parts.policy(connection),
    ack: acks.newest,
  };
}

async function queuedTripAndOffers(
  driverId: DriverId,
  parts: SyncParts,
): Promise<{ offers: Offer[]; queued: TripSnapshot | null }> {
  const [offers, queued] = await Promise.all([
    claimedOffers(driverId, parts),
    withinMs(parts.tripStore.trips.openTripOf(driverId, 'queued'), MONGO_WAIT_MS),
  ]);
  return { offers, queued: queued && (await parts.trips.snapshot(queued._id)) };
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
