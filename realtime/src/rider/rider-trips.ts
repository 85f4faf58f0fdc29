import { type RiderId, riderCommandSchema, tripRequestSchema } from '@rideline/contract';
import { cancelByRider } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { type ListenerContext, onClientEvent } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { callTrip } from '../socket/trip-call.ts';

/** Listens to a rider's trip requests and cancellations. Both answer with the trip's stored status and can be repeated. */
export function listenToRiderTrips(socket: AnySocket, context: ListenerContext, tripStore: TripStore): void {
  const riderId = socket.data.principal.userId as string as RiderId;
  onClientEvent(socket, 'trip:request', tripRequestSchema, context, (request) =>
    callTrip('request', async () => (await requestTrip(tripStore, riderId, request)).status, context.metrics),
  );
  onClientEvent(socket, 'trip:command', riderCommandSchema, context, ({ tripId, commandId, reason }) =>
    callTrip(
      'cancel_by_rider',
      () => cancelByRider(tripStore, riderId, { tripId, commandId, reason: reason ?? null }),
      context.metrics,
    ),
  );
}
