import type { DriverId, GatewayId, RegionId, TripEvent, TripId, TripSnapshot } from '@rideline/contract';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { driverCollection } from '../accounts/driver-collection.ts';
import { vehicleCollection } from '../accounts/vehicle-collection.ts';
import type { DriverClaims } from '../live/driver-claims.ts';
import { storeOffer } from '../live/driver-next.ts';
import { rememberWait } from '../live/recent-waits.ts';
import type { LoggedRoute } from '../live/trip-log.ts';
import { type InboxMessage, sendToInbox } from '../redis/inbox.ts';
import { liveGateways } from '../redis/live-gateways.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import {
  DRIVER_TTL_SECONDS,
  driver,
  trip,
  tripEvents,
  tripFeed,
  tripPositions,
} from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import { waitsOf } from './assignment-waits.ts';
import { offerMessage } from './offer-message.ts';
import { endedAt, stopsDone, unreachable } from './trip.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';
import { promoteQueued } from './trip-commands.ts';
import { dueAt, wallInstant } from './trip-due.ts';
import { driverAtEvents, effectsOf, type TripEffect, type TripNotice } from './trip-effects.ts';
import type { TripStore } from './trip-store.ts';
import { summaryOf } from './trip-views.ts';

/**
 * Delivers a trip's events from its outbox in MongoDB to trip log, driver hash and gateways. Every step may be repeated. A crash between two
 * steps leaves the event in the outbox, so that it is delivered again: at least once, and once in effect by (tripId, version).
 */
export interface TripRelay {
  readonly db: Database;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  /** Adds a notification to its queue. When it rejects, the event stays in the outbox and is delivered again. */
  readonly notify: (notice: TripNotice) => Promise<void>;
  /** An event was delivered, `ageMs` after it happened (wall). */
  readonly onDelivered: (event: TripEvent, ageMs: number) => void;
  /** No gateway received a message; followers catch up by their own comparison with the log. */
  readonly onUndelivered: (error: Error | null) => void;
}

const APPLY = loadLuaScript('apply-trip-3');
const SET_DRIVER_TRIP = loadLuaScript('set-driver-trip-1');

/** State events kept in the log; a follower that missed more gets the snapshot. */
const LOG_EVENTS = 64;
const OPEN_TTL_SECONDS = 24 * 3600;
const ENDED_TTL_SECONDS = 600;
const GATEWAYS_TRIED = 8;
/** Attempts to write a driver's trip while other relays write it too; after that it is left to the sweeper. */
const DRIVER_TRIP_ATTEMPTS = 5;

/** The relay reads with majority read concern, so that it delivers nothing that could still be rolled back. */
const MAJORITY = { readConcern: { level: 'majority' } } as const;

/** Delivers the events in a trip's outbox. @returns the number of events delivered */
export async function relayTrip(relay: TripRelay, tripId: TripId): Promise<number> {
  const { db, region, clock } = relay;
  const found = await db.collection(tripCollection).findOne({ _id: tripId, region }, MAJORITY);
  if (found === null) return 0;
  const document = found;
  const events = document.outbox.toSorted((a, b) => a.version - b.version);
  await applyTrip(relay, document);
  const gateways = new DriverGateways(relay);
  const effects = effectsOf(document, events);
  // Effects first: they store which trip a driver is on, which the messages below and the next claim depend on.
  for (const effect of effects) await execute(relay, document, effect, gateways);
  // At once: none of the three depends on another, and each is a round trip.
  await Promise.all([
    sendEvents(relay, document, events, gateways),
    feedOperators(relay, document),
    rememberWaits(relay, document, events),
  ]);
  for (const event of events) relay.onDelivered(event, Math.max(0, ageMs(clock, event.at)));
  await clearOutbox(relay, document);
  return events.length;
}

/** In the order of their versions, each to the gateway of the driver that the trip had then. */
async function sendEvents(
  relay: TripRelay,
  document: StoredTrip,
  events: readonly TripEvent[],
  gateways: DriverGateways,
): Promise<void> {
  const drivers = driverAtEvents(document);
  for (const event of events) {
    const driverId = drivers.get(event.version) ?? null;
    const gateway = driverId === null ? null : await gateways.of(driverId);
    await sendToAnyGateway(relay, gateway, [
      { type: 'tripEvent', event, driverId, riderId: document.riderId },
    ]);
  }
}

/** The gateways of drivers, each looked up once per trip and delivery. */
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
    return known === undefined ? this.ofNow(driverId) : known;
  }

  async ofNow(driverId: DriverId): Promise<GatewayId | null> {
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
      const offer = offerMessage(document, effect.offer);
      const gateway = await storeOffer(relay.state, relay.region, effect.driverId, offer);
      if (gateway) await send(relay, gateway, [{ type: 'offer', driverId: effect.driverId, offer }]);
      return;
    }
    case 'revoke_offer': {
      const { driverId, offerId, reason } = effect;
      // Read after the release: a connection that was opened before it may have been sent the offer.
      const gateway = await gateways.ofNow(driverId);
      if (gateway)
        await send(relay, gateway, [{ type: 'offerRevoked', driverId, revoked: { offerId, reason } }]);
      return;
    }
    case 'release_claim':
      await relay.claims.release(effect.driverId, effect.offerId, effect.isUnaccepted);
      return;
    case 'cool_down':
      await relay.claims.coolDown(effect.driverId, effect.riderId);
      return;
    case 'notify':
      await relay.notify(effect);
      return;
    default:
      return unreachable(effect);
  }
}

/** For the expected wait that riders are shown; an assignment that is lost here is one of many. */
async function rememberWaits(
  relay: TripRelay,
  document: StoredTrip,
  events: readonly TripEvent[],
): Promise<void> {
  const { state, region, clock } = relay;
  for (const wait of waitsOf(document, events, clock.wallMs()))
    await rememberWait(state, region, wait).catch((error: Error) => relay.onUndelivered(error));
}

/** Publishes a hint for operators' pages, which also compare with REST. */
async function feedOperators(relay: TripRelay, document: StoredTrip): Promise<void> {
  try {
    await relay.cache.publish(tripFeed(relay.region), JSON.stringify(summaryOf(document)));
  } catch (error) {
    relay.onUndelivered(error as Error);
  }
}

/** Writes snapshot and events of a trip into its log; `rebuild` calls it for every open trip. */
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
    ['driver', JSON.stringify(await driverSnapshot(relay.db, document.driverId))],
    ['endedAt', ended ?? ''],
    ['route', JSON.stringify(routeOf(document))],
  ];
  await runLuaScript(
    state,
    APPLY,
    [trip(region, document._id), tripEvents(region, document._id), tripPositions(region, document._id)],
    [
      ended === null ? OPEN_TTL_SECONDS : ENDED_TTL_SECONDS,
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

/** The driver as shown to the rider; a driver without a profile is shown by id. */
async function driverSnapshot(db: Database, driverId: DriverId | undefined): Promise<TripSnapshot['driver']> {
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

/** A driver's active and queued trip, the number of changes of them in the driver hash, and the driver's gateway if connected. */
export interface DriverTrip {
  readonly tripId: TripId | null;
  readonly queuedId: TripId | null;
  readonly rev: number;
  readonly gateway: GatewayId | null;
}

/** Writes the driver's active and queued trip, as read from MongoDB, into the driver hash. */
export async function writeDriverTrip(
  { db, state, region }: Pick<TripRelay, 'db' | 'state' | 'region'>,
  driverId: DriverId,
): Promise<DriverTrip> {
  const key = driver(region, driverId);
  for (let attempt = 0; attempt < DRIVER_TRIP_ATTEMPTS; attempt += 1) {
    const seen = (await state.hget(key, 'tripRev')) ?? '';
    const { tripId, queuedId } = await tripsOf(db, driverId);
    const answer = await runLuaScript(
      state,
      SET_DRIVER_TRIP,
      [key],
      [seen, tripId ?? '', queuedId ?? '', DRIVER_TTL_SECONDS],
    );
    const [written, gateway, rev] = answer as [number, string, number];
    if (written === 1)
      return { tripId, queuedId, rev, gateway: gateway === '' ? null : (gateway as GatewayId) };
  }
  throw new Error('the driver hash changed during every attempt to write the trip');
}

/** The same, and sends it to the driver's gateway. */
async function refreshDriverTrip(relay: TripRelay, driverId: DriverId): Promise<DriverTrip> {
  const written = await writeDriverTrip(relay, driverId);
  const { tripId, rev, gateway } = written;
  if (gateway !== null) await send(relay, gateway, [{ type: 'tripChanged', driverId, tripId, rev }]);
  return written;
}

/** Sends to the driver's gateway, or to any live one: Socket.IO rooms span gateways. */
async function sendToAnyGateway(
  relay: TripRelay,
  gateway: GatewayId | null,
  messages: readonly InboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  if (gateway !== null && (await send(relay, gateway, messages))) return;
  const { state, region, clock } = relay;
  for (const live of await liveGateways(state, region, clock.wallMs(), GATEWAYS_TRIED)) {
    if (live !== gateway && (await send(relay, live, messages))) return;
  }
  relay.onUndelivered(null);
}

async function send(
  relay: TripRelay,
  gateway: GatewayId,
  messages: readonly InboxMessage[],
): Promise<boolean> {
  try {
    return (await sendToInbox(relay.cache, relay.region, gateway, messages)) > 0;
  } catch (error) {
    relay.onUndelivered(error as Error);
    return false;
  }
}

/**
 * Removes the delivered events from the outbox and sets the time of the trip's next due step. If another write came in between, its due
 * time is kept.
 */
async function clearOutbox({ db, tripStore }: TripRelay, document: StoredTrip): Promise<void> {
  const delivered = { $pull: { outbox: { version: { $lte: document.version } } } };
  const due = dueAt(document, tripStore);
  const trips = db.collection(tripCollection);
  const { _id, version } = document;
  const unchanged = await trips.updateOne(
    { _id, version },
    due === null
      ? { ...delivered, $unset: { nextCheckAt: '' } }
      : { ...delivered, $set: { nextCheckAt: wallInstant(tripStore.clock, due) } },
  );
  if (unchanged.matchedCount === 0) await trips.updateOne({ _id }, delivered);
}

/** The driver's active and queued trip, by majority read concern. */
async function tripsOf(db: Database, driverId: DriverId): Promise<Pick<DriverTrip, 'tripId' | 'queuedId'>> {
  const found = await db
    .collection(tripCollection)
    .find({ driverId, open: true }, { projection: { slot: 1 }, ...MAJORITY })
    .toArray();
  // A unique index allows one trip a slot.
  const inSlot = (slot: StoredTrip['slot']) => found.find((trip) => trip.slot === slot)?._id ?? null;
  return { tripId: inSlot('active'), queuedId: inSlot('queued') };
}
