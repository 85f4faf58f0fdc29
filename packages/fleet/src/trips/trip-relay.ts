import type { DriverId, GatewayId, RegionId, TripEvent, TripId, TripSnapshot } from '@rideline/contract';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { driverCollection } from '../accounts/driver-collection.ts';
import { vehicleCollection } from '../accounts/vehicle-collection.ts';
import type { DriverClaims } from '../matching/driver-claims.ts';
import { type InboxMessage, sendToInbox } from '../redis/inbox.ts';
import { liveGateways } from '../redis/live-gateways.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { driver, trip, tripEvents, tripFeed, tripPositions } from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import { offerMessage } from './offer-message.ts';
import { endedAt, stopsDone, unreachable } from './trip.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';
import { promoteQueued } from './trip-commands.ts';
import { dueAt, wallInstant } from './trip-due.ts';
import { driverAtEvents, effectsOf, type TripEffect, type TripNotice } from './trip-effects.ts';
import type { LoggedRoute } from './trip-log.ts';
import type { TripStore } from './trip-store.ts';
import { summaryOf } from './trip-views.ts';

/**
 * Tells what the record says of a trip: outbox → trip log, driver hash, gateways. Every step may be repeated, and a crash between any two
 * of them leaves the event in the outbox, so that it is told again: at least once, and once in effect by (tripId, version).
 */
export interface TripRelay {
  readonly db: Database;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  /** Takes a notification into its queue. Rejects when it could not: then the event stays untold, and is told again. */
  readonly notify: (notice: TripNotice) => Promise<void>;
  /** An event was told, so many ms after it happened (wall). */
  readonly onTold: (event: TripEvent, ageMs: number) => void;
  /** No gateway heard: followers find out by their own comparison. */
  readonly onUnheard: (error: Error | null) => void;
}

const APPLY = loadLuaScript('apply-trip-3');
const SET_DRIVER_TRIP = loadLuaScript('set-driver-trip-1');

/** State events kept in the log; a follower that missed more gets the snapshot. */
const LOG_EVENTS = 64;
const RUNNING_LIFE_SECONDS = 24 * 3600;
const ENDED_LIFE_SECONDS = 600;
const GATEWAYS_ASKED = 8;
/** Other relays of the same driver that may be in the way before this one leaves it to the sweeper. */
const DRIVER_TRIP_ATTEMPTS = 5;

/** What the relay reads of a trip, as a majority has it: what could still be rolled back is not told. */
const MAJORITY = { readConcern: { level: 'majority' } } as const;

/** Tells what a trip has in its outbox. @returns the number of events told; 0 when there was nothing to do */
export async function relayTrip(relay: TripRelay, tripId: TripId): Promise<number> {
  const { db, region, clock } = relay;
  const found = await db.collection(tripCollection).findOne({ _id: tripId, region }, MAJORITY);
  if (found === null) return 0;
  const document = found;
  const events = document.outbox.toSorted((a, b) => a.version - b.version);
  await applyTrip(relay, document);
  const gateways = new DriverGateways(relay);
  const effects = effectsOf(document, events);
  // First who is on which trip: what is told afterwards, and the next claim, go by it.
  for (const effect of effects) await execute(relay, document, effect, gateways);
  const drivers = driverAtEvents(document);
  for (const event of events) {
    const driverId = drivers.get(event.version) ?? null;
    const gateway = driverId === null ? null : await gateways.of(driverId);
    await tellGateway(relay, gateway, [{ type: 'tripEvent', event, driverId }]);
  }
  await feedOperators(relay, document);
  for (const event of events) relay.onTold(event, Math.max(0, ageMs(clock, event.at)));
  await clearOutbox(relay, document);
  return events.length;
}

/** Where drivers are connected, looked up once per telling. */
class DriverGateways {
  readonly #relay: TripRelay;
  readonly #known = new Map<DriverId, GatewayId | null>();

  constructor(relay: TripRelay) {
    this.#relay = relay;
  }

  set(driverId: DriverId, gateway: GatewayId | null): void {
    this.#known.set(driverId, gateway);
  }

  async of(driverId: DriverId): Promise<GatewayId | null> {
    const known = this.#known.get(driverId);
    if (known !== undefined) return known;
    const { state, region } = this.#relay;
    const gateway = (await state.hget(driver(region, driverId), 'gateway')) as GatewayId | null;
    this.#known.set(driverId, gateway);
    return gateway;
  }
}

async function execute(
  relay: TripRelay,
  document: StoredTrip,
  effect: TripEffect,
  gateways: DriverGateways,
): Promise<void> {
  switch (effect.type) {
    case 'refresh_driver': {
      const { tripId, gateway } = await refreshDriverTrip(relay, effect.driverId);
      gateways.set(effect.driverId, gateway);
      if (tripId === null) await promoteQueued(relay.tripStore, effect.driverId);
      return;
    }
    case 'push_offer': {
      const gateway = await gateways.of(effect.driverId);
      const offer = offerMessage(document, effect.offer);
      if (gateway) await tell(relay, gateway, [{ type: 'offer', driverId: effect.driverId, offer }]);
      return;
    }
    case 'revoke_offer': {
      const gateway = await gateways.of(effect.driverId);
      const { driverId, offerId, reason } = effect;
      if (gateway)
        await tell(relay, gateway, [{ type: 'offerRevoked', driverId, revoked: { offerId, reason } }]);
      return;
    }
    case 'release_claim':
      await relay.claims.release(effect.driverId, effect.offerId);
      return;
    case 'notify':
      await relay.notify(effect);
      return;
    default:
      return unreachable(effect);
  }
}

/** A hint for the operators' pages: they compare with REST by themselves. */
async function feedOperators(relay: TripRelay, document: StoredTrip): Promise<void> {
  try {
    await relay.cache.publish(tripFeed(relay.region), JSON.stringify(summaryOf(document)));
  } catch (error) {
    relay.onUnheard(error as Error);
  }
}

/** Writes snapshot and events of a trip into its log; also what `rebuild` does for every open trip. */
export async function applyTrip(
  relay: Pick<TripRelay, 'db' | 'state' | 'region'>,
  document: StoredTrip,
): Promise<void> {
  const { state, region } = relay;
  const ended = endedAt(document.state);
  const fields: [string, string | number][] = [
    ['tripId', document._id],
    ['version', document.version],
    ['state', document.state.name],
    ['riderId', document.riderId],
    ['driver', JSON.stringify(await shownDriver(relay.db, document.driverId))],
    ['endedAt', ended ?? ''],
    ['route', JSON.stringify(routeOf(document))],
  ];
  await runLuaScript(
    state,
    APPLY,
    [trip(region, document._id), tripEvents(region, document._id), tripPositions(region, document._id)],
    [
      ended === null ? RUNNING_LIFE_SECONDS : ENDED_LIFE_SECONDS,
      document.version,
      fields.length,
      ...fields.flat(),
      ...document.events.slice(-LOG_EVENTS).map((event) => JSON.stringify(event)),
    ],
  );
}

function routeOf({ pickup, dropoff, stops, state }: StoredTrip): LoggedRoute {
  return { pickup, dropoff, stops, stopsDone: stopsDone(state) };
}

/** The driver as the rider is shown him; a driver without a file is shown by his id. */
async function shownDriver(db: Database, driverId: DriverId | undefined): Promise<TripSnapshot['driver']> {
  if (driverId === undefined) return null;
  const person = await db.collection(driverCollection).findOne({
    _id: driverId,
  });
  const car = person?.vehicleId
    ? await db.collection(vehicleCollection).findOne({
        _id: person.vehicleId,
      })
    : null;
  return {
    id: driverId,
    name: person?.name ?? driverId,
    vehicle: car?.description ?? '',
    plate: car?.plate ?? '',
  };
}

/** The trip that a driver is on, how often that changed in his hash, and his gateway if he has one. */
interface RecordedTrip {
  readonly tripId: TripId | null;
  readonly rev: number;
  readonly gateway: GatewayId | null;
}

/** Writes into the driver's hash which trip he is on now, by the record. */
export async function recordDriverTrip(
  { db, state, region }: Pick<TripRelay, 'db' | 'state' | 'region'>,
  driverId: DriverId,
): Promise<RecordedTrip> {
  const key = driver(region, driverId);
  for (let attempt = 0; attempt < DRIVER_TRIP_ATTEMPTS; attempt += 1) {
    const seen = (await state.hget(key, 'tripRev')) ?? '';
    const tripId = await activeTripOf(db, driverId);
    const answer = await runLuaScript(state, SET_DRIVER_TRIP, [key], [seen, tripId ?? '']);
    const [written, gateway, rev] = answer as [number, string, number];
    if (written === 1) return { tripId, rev, gateway: gateway === '' ? null : (gateway as GatewayId) };
  }
  throw new Error('the driver hash changed under every attempt to write his trip');
}

/** The same, and tells his gateway. */
async function refreshDriverTrip(relay: TripRelay, driverId: DriverId): Promise<RecordedTrip> {
  const recorded = await recordDriverTrip(relay, driverId);
  const { tripId, rev, gateway } = recorded;
  if (gateway !== null) await tell(relay, gateway, [{ type: 'tripChanged', driverId, tripId, rev }]);
  return recorded;
}

/** Sends to the driver's gateway, or to any live one: rooms reach across gateways. */
async function tellGateway(
  relay: TripRelay,
  gateway: GatewayId | null,
  messages: readonly InboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  if (gateway !== null && (await tell(relay, gateway, messages))) return;
  const { state, region, clock } = relay;
  for (const live of await liveGateways(state, region, clock.wallMs(), GATEWAYS_ASKED)) {
    if (live !== gateway && (await tell(relay, live, messages))) return;
  }
  relay.onUnheard(null);
}

async function tell(
  relay: TripRelay,
  gateway: GatewayId,
  messages: readonly InboxMessage[],
): Promise<boolean> {
  try {
    return (await sendToInbox(relay.cache, relay.region, gateway, messages)) > 0;
  } catch (error) {
    relay.onUnheard(error as Error);
    return false;
  }
}

/**
 * Takes what was told out of the outbox, and says when the trip is due by itself. A write that came between has set its own due time,
 * which then stays.
 */
async function clearOutbox({ db, tripStore }: TripRelay, document: StoredTrip): Promise<void> {
  const told = { $pull: { outbox: { version: { $lte: document.version } } } };
  const due = dueAt(document, tripStore.searchBudgetMs);
  const trips = db.collection(tripCollection);
  const { _id, version } = document;
  const whole = await trips.updateOne(
    { _id, version },
    due === null
      ? { ...told, $unset: { nextCheckAt: '' } }
      : { ...told, $set: { nextCheckAt: wallInstant(tripStore.clock, due) } },
  );
  if (whole.matchedCount === 0) await trips.updateOne({ _id }, told);
}

/** The trip that a driver is on now, as a majority of the record has it. */
async function activeTripOf(db: Database, driverId: DriverId): Promise<TripId | null> {
  const found = await db
    .collection(tripCollection)
    .findOne({ driverId, slot: 'active', open: true }, { projection: { _id: 1 }, ...MAJORITY });
  return found === null ? null : (String(found._id) as TripId);
}
