import { driverCommandSchema, offerAnswerSchema } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { forgetOffer } from '@rideline/fleet/live/driver-next';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { answerOffer, commandByDriver } from '@rideline/fleet/trips/trip-commands';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { onClientEvent } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { callTrip } from '../socket/trip-call.ts';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';

/** A position older than this does not show where the driver is, domain ms. */
const FRESH_POSITION_MS = 60_000;

/** Listens to a driver's answers to offers and to their trip commands. */
export function listenToDriverTrips(
  socket: AnySocket,
  connection: DriverConnection,
  context: DriverContext,
  tripStore: TripStore,
): void {
  const { driverId } = connection;
  onClientEvent(socket, 'offer:answer', offerAnswerSchema, context, async (answer) => {
    const status = await callTrip('offer', () => answerOffer(tripStore, driverId, answer), context.metrics);
    connection.offers.answered(answer.offerId);
    forgetOffer(context.state, context.config.region, driverId).catch((error: Error) =>
      context.log.debug(
        { reason: error.message },
        'answered offer stays in the driver hash until the relay releases it',
      ),
    );
    // From now on no search finds the driver; the relay's message with the same change arrives a moment later.
    if (status.state === 'accepted') connection.acceptTrip(status.tripId);
    return status;
  });
  onClientEvent(socket, 'trip:command', driverCommandSchema, context, (command) =>
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
  const { position } = connection.live;
  if (position === null || clock.domainMs() - position.t > FRESH_POSITION_MS) return null;
  return distanceMetres(position.lat, position.lng, pickup.lat, pickup.lng);
}
