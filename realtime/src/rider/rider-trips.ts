import { type RiderId, riderCommandSchema, tripRequestSchema } from '@rideline/contract';
import { cancelByRider } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { type ListenerContext, on } from '../socket/client-events.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { callTrip } from '../socket/trip-call.ts';

/** A rider asks for a trip and calls it off. Both are answered by what the record says, and may be repeated. */
export function listenToRiderTrips(socket: AnySocket, context: ListenerContext, tripStore: TripStore): void {
  const riderId = socket.data.principal.userId as string as RiderId;
  on(socket, 'trip:request', tripRequestSchema, context, (request) =>
    callTrip('request', async () => (await requestTrip(tripStore, riderId, request)).status, context.metrics),
  );
  on(socket, 'trip:command', riderCommandSchema, context, ({ tripId, commandId, reason }) =>
    callTrip(
      'cancel_by_rider',
      () => cancelByRider(tripStore, riderId, { tripId, commandId, reason: reason ?? null }),
      context.metrics,
    ),
  );
}
