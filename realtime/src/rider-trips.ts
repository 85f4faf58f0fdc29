import { type RiderId, riderCommandSchema, tripRequestSchema } from '@rideline/contract';
import { cancelByRider } from '@rideline/fleet/trip-commands';
import type { TripDesk } from '@rideline/fleet/trip-desk';
import { requestTrip } from '@rideline/fleet/trip-request';
import { type ListenerContext, on } from './on.ts';
import type { AnySocket } from './socket-data.ts';
import { callTrip } from './trip-call.ts';

/** A rider asks for a trip and calls it off. Both are answered by what the record says, and may be repeated. */
export function listenToRiderTrips(socket: AnySocket, context: ListenerContext, desk: TripDesk): void {
  const riderId = socket.data.principal.userId as string as RiderId;
  on(socket, 'trip:request', tripRequestSchema, context, (request) =>
    callTrip('request', async () => (await requestTrip(desk, riderId, request)).standing, context.metrics),
  );
  on(socket, 'trip:command', riderCommandSchema, context, ({ tripId, commandId, reason }) =>
    callTrip(
      'cancel_by_rider',
      () => cancelByRider(desk, riderId, { tripId, commandId, reason: reason ?? null }),
      context.metrics,
    ),
  );
}
