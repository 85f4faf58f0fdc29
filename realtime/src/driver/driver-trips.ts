import {
  type DriverId,
  driverCommandSchema,
  type Offer,
  type OfferId,
  offerAnswerSchema,
  type RegionId,
  type TripSnapshot,
} from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { StoredTrip } from '@rideline/fleet/store/models';
import { offerMessage } from '@rideline/fleet/trips/offer-message';
import { openOffers, tripOfOffer } from '@rideline/fleet/trips/trip';
import { answerOffer, commandByDriver } from '@rideline/fleet/trips/trip-commands';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { TripReader } from '../rider/trip-reader.ts';
import { on } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { callTrip } from '../socket/trip-call.ts';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';

/** A fix that is older does not show where the driver is, domain ms. */
const FRESH_FIX_MS = 60_000;
/** Ms that `sync` waits for the record; without it the phone hears of offers and of the next trip a little later. */
const SYNC_RECORD_MS = 1000;

/** What a driver does with offers and with his trip. */
export function listenToDriverTrips(
  socket: AnySocket,
  connection: DriverConnection,
  context: DriverContext,
  tripStore: TripStore,
): void {
  const { driverId } = connection;
  on(socket, 'offer:answer', offerAnswerSchema, context, async (answer) => {
    const status = await callTrip('offer', () => answerOffer(tripStore, driverId, answer), context.metrics);
    connection.offers.answered(answer.offerId);
    // From now on nobody else finds him free; the relay says the same a moment later.
    if (status.state === 'accepted') connection.tookTrip(status.tripId);
    return status;
  });
  on(socket, 'trip:command', driverCommandSchema, context, (command) =>
    callTrip(
      command.action,
      () =>
        commandByDriver(tripStore, driverId, command, (trip) => metresFromPickup(connection, trip, context)),
      context.metrics,
    ),
  );
}

function metresFromPickup(
  connection: DriverConnection,
  { pickup }: StoredTrip,
  { clock }: DriverContext,
): number | null {
  const { position } = connection;
  if (position === null || clock.domainMs() - position.t > FRESH_FIX_MS) return null;
  return distanceMetres(position.lat, position.lng, pickup.lat, pickup.lng);
}

/** What a phone that comes back is told besides the ride that it is on: open offers, and the trip promised after it. */
export async function openTripAndOffers(
  driverId: DriverId,
  parts: { tripStore: TripStore; state: RedisClient; region: RegionId; trips: TripReader },
): Promise<{ offers: Offer[]; queued: TripSnapshot | null }> {
  const [offers, queued] = await Promise.all([
    claimedOffers(driverId, parts),
    withinMs(parts.tripStore.trips.openTripOf(driverId, 'queued'), SYNC_RECORD_MS),
  ]);
  return { offers, queued: queued && (await parts.trips.snapshot(queued._id)) };
}

/** By the claim in the driver's hash: one that Redis has lost lapses, and the trip goes to somebody else. */
async function claimedOffers(
  driverId: DriverId,
  { tripStore, state, region }: { tripStore: TripStore; state: RedisClient; region: RegionId },
): Promise<Offer[]> {
  const claimed = (await state.hget(driver(region, driverId), 'claimOffer')) as OfferId | null;
  const tripId = claimed && tripOfOffer(claimed);
  if (!tripId) return [];
  const trip = await withinMs(tripStore.trips.find(tripId), SYNC_RECORD_MS);
  const open = trip && openOffers(trip).find(({ offerId }) => offerId === claimed);
  return trip && open?.driverId === driverId ? [offerMessage(trip, open)] : [];
}
