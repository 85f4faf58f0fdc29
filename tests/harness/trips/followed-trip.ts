import { randomUUID } from 'node:crypto';
import {
  type DriverId,
  gatewayIdSchema,
  type RiderId,
  type TripEvent,
  type TripId,
  type TripStateName,
} from '@rideline/contract';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { driver, trip, tripEvents } from '@rideline/fleet/redis/redis-keys';
import type { GatewayHarness } from '../cluster/gateway-harness.ts';
import { REGION } from '../test-process.ts';

/** A trip in Redis as the relay writes it, without a relay and without MongoDB. */
export interface FollowedTrip {
  readonly tripId: TripId;
  readonly riderId: string;
  readonly driverId: DriverId;
  /** Writes a state event to the trip's hash and event list, and sends it to the gateway unless `silent`. */
  event(state: TripStateName, options?: { silent?: boolean }): Promise<TripEvent>;
}

/**
 * Opens a trip in state in_progress, version 1, and sends it to the driver's gateway, if there is one. Version 1 goes to followers only: the
 * rider's sockets, opened later, would get it or not depending on when the message arrives.
 */
export async function openFollowedTrip(
  harness: GatewayHarness,
  options: { driverId: string; riderId?: string; gateway?: string },
): Promise<FollowedTrip> {
  const tripId = randomUUID() as TripId;
  const riderId = options.riderId ?? `rider-${randomUUID().slice(0, 8)}`;
  const driverId = options.driverId as DriverId;
  const state = harness.state.client;
  let version = 0;

  async function send(messages: Parameters<typeof sendToInbox>[3]): Promise<void> {
    const gateway = options.gateway ?? (await state.hget(driver(REGION, driverId), 'gateway'));
    if (gateway) await sendToInbox(harness.cache.client, REGION, gatewayIdSchema.parse(gateway), messages);
  }

  async function event(name: TripStateName, { silent = false } = {}): Promise<TripEvent> {
    version++;
    const body: TripEvent = {
      tripId,
      version,
      type: name,
      state: name,
      at: Date.now(),
      actor: 'driver',
      data: {},
    };
    const ended = name === 'completed' || name === 'cancelled';
    await state
      .multi()
      .hset(trip(REGION, tripId), {
        tripId,
        version,
        state: name,
        riderId,
        driver: JSON.stringify({ id: driverId, name: 'Ada', vehicle: 'Blue sedan', plate: 'X 1' }),
        endedAt: ended ? Date.now() : '',
      })
      .rpush(tripEvents(REGION, tripId), JSON.stringify(body))
      .exec();
    await state.hset(driver(REGION, driverId), { trip: ended ? '' : tripId, tripRev: version });
    if (silent) return body;
    await send([
      { type: 'tripChanged', driverId, tripId: ended ? null : tripId, rev: version },
      { type: 'tripEvent', event: body, driverId, ...(version === 1 ? {} : { riderId: riderId as RiderId }) },
    ]);
    return body;
  }

  await event('in_progress');
  return { tripId, riderId, driverId, event };
}
