import { randomUUID } from 'node:crypto';
import type { DriverId, RegionId, TripEvent, TripId, TripStateName } from '@rideline/contract';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { driver, trip, tripEvents } from '@rideline/fleet/redis/redis-keys';
import type { GatewayHarness } from '../cluster/gateway-harness.ts';

const REGION = 'main' as RegionId;

/** A trip as the relay writes it into Redis, without relay and record. */
export interface FollowedTripFixture {
  readonly tripId: TripId;
  readonly riderId: string;
  readonly driverId: DriverId;
  /** A state event: into hash and log, and, unless `silent`, to the gateway. */
  event(state: TripStateName, options?: { silent?: boolean }): Promise<TripEvent>;
}

/** Opens a trip in state in_progress, version 1, and tells the driver's gateway when he has one. */
export async function openFollowedTrip(
  harness: GatewayHarness,
  options: { driverId: string; riderId?: string; gateway?: string },
): Promise<FollowedTripFixture> {
  const tripId = randomUUID() as TripId;
  const riderId = options.riderId ?? `rider-${randomUUID().slice(0, 8)}`;
  const driverId = options.driverId as DriverId;
  const state = harness.state.client;
  let version = 0;

  async function tell(messages: Parameters<typeof sendToInbox>[3]): Promise<void> {
    const gateway = options.gateway ?? (await state.hget(driver(REGION, driverId), 'gateway'));
    if (gateway) await sendToInbox(harness.cache.client, REGION, gateway as never, messages);
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
    await tell([
      { type: 'tripChanged', driverId, tripId: ended ? null : tripId, rev: version },
      { type: 'tripEvent', event: body, driverId },
    ]);
    return body;
  }

  await event('in_progress');
  return { tripId, riderId, driverId, event };
}
