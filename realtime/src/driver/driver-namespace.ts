import {
  CodedError,
  type DriverId,
  type DriverSync,
  driverStatusSchema,
  emptySchema,
  type GatewayId,
  type UplinkPolicy,
} from '@rideline/contract';
import { openDriverSession, recordDriverStatus } from '@rideline/fleet/live/driver-session';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { TripReader } from '../rider/trip-reader.ts';
import { on, refuseUnknownEvents } from '../socket/client-events.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { type HotEvent, hotEvent, takeHotEvent } from '../wire/hot-event.ts';
import { DriverConnection, SESSION_WAIT_MS } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';
import type { OfferContext } from './driver-offers.ts';
import type { DriverRegistry } from './driver-registry.ts';
import { listenToDriverTrips, openTripAndOffers } from './driver-trips.ts';

export interface DriverNamespace {
  /** How often phones send now. */
  readonly policy: () => UplinkPolicy;
  readonly context: DriverContext & Pick<OfferContext, 'claims'>;
  readonly tripStore: TripStore;
  readonly registry: DriverRegistry;
  readonly cache: RedisClient;
  readonly trips: TripReader;
}

const RETRY_MS = 500;
/** Ms that a change of status waits for the session. */
const STATUS_WAIT_MS = 2000;

/** `/driver`: fixes, status, sync. */
export function serveDrivers(namespace: AnyNamespace, parts: DriverNamespace): void {
  const fixes = hotEvent(namespace, 'location:update');
  namespace.on('connection', (socket: AnySocket) => {
    const driverId = socket.data.principal.userId as string as DriverId;
    const connection = new DriverConnection(driverId, socket, parts.context);
    parts.registry.add(connection);
    socket.on('disconnect', () => {
      connection.close();
      parts.registry.remove(connection);
    });
    const opened = openSession(connection, parts);
    listenToFixes(socket, connection, fixes);
    listen(socket, connection, opened, parts);
  });
}

function listenToFixes(socket: AnySocket, connection: DriverConnection, fixes: HotEvent): void {
  socket.data.events.add(fixes.name);
  socket.on(fixes.name, connection.onFrame);
  takeHotEvent(socket, fixes, connection.onFrame);
}

function listen(
  socket: AnySocket,
  connection: DriverConnection,
  opened: Promise<void>,
  parts: DriverNamespace,
): void {
  const { context } = parts;
  on(socket, 'driver:status', driverStatusSchema, context, async (status) => {
    if (status.status === 'offline' && connection.tripId !== null)
      throw new CodedError('ILLEGAL_TRANSITION', 'not during a trip');
    connection.giveStatus(status.status);
    await withinMs(opened, STATUS_WAIT_MS);
    await persistStatus(connection, status.vehicleId, parts);
    return undefined;
  });
  on(socket, 'sync', emptySchema, context, async () => {
    await withinMs(opened, STATUS_WAIT_MS);
    return sync(connection, parts);
  });
  listenToDriverTrips(socket, connection, context, parts.tripStore);
  on(socket, 'time', emptySchema, context, () => serverTime(context.clock));
  refuseUnknownEvents(socket, context);
}

/** Takes the driver over, however long Redis is away; fixes go to the log meanwhile. Never rejects. */
async function openSession(connection: DriverConnection, parts: DriverNamespace): Promise<void> {
  const { context, registry, cache } = parts;
  const { state, config, log } = context;
  const timer = setTimeout(() => connection.releaseWaiting(), SESSION_WAIT_MS);
  while (!connection.closed) {
    try {
      const session = await openDriverSession(state, config.region, connection.driverId, config.process);
      clearTimeout(timer);
      if (session === null) {
        connection.replaced();
        return;
      }
      connection.adopt(session);
      registry.replaceOlder(connection.driverId, session.epoch);
      kickElsewhere(cache, session.previousGateway, connection, parts);
      return;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'driver session not opened yet');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (1 + Math.random())));
    }
  }
  clearTimeout(timer);
}

/** A hint: a lost one is made good when the older connection tries to place the driver. */
function kickElsewhere(
  cache: RedisClient,
  gateway: GatewayId | null,
  { driverId, epoch }: DriverConnection,
  { context }: DriverNamespace,
): void {
  const { config, log } = context;
  if (gateway === null || gateway === config.process) return;
  sendToInbox(cache, config.region, gateway, [{ type: 'kick', driverId, epoch }]).catch((error: Error) =>
    log.warn({ reason: error.message }, 'older connection not told'),
  );
}

async function persistStatus(
  connection: DriverConnection,
  vehicleId: string | undefined,
  { context }: DriverNamespace,
): Promise<void> {
  const { state, config, liveWriter } = context;
  const { driverId, epoch, status } = connection;
  try {
    const [held] = await Promise.all([
      recordDriverStatus(state, config.region, driverId, { epoch, status, vehicleId }),
      liveWriter.placeNow(connection),
    ]);
    if (!held) connection.replaced();
  } catch (cause) {
    liveWriter.mark(connection);
    throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 1000, cause });
  }
}

async function sync(connection: DriverConnection, parts: DriverNamespace): Promise<DriverSync> {
  const { context, trips, tripStore } = parts;
  const { state, config, log } = context;
  const [trip, status] = await Promise.all([
    connection.tripId === null ? null : trips.snapshot(connection.tripId),
    openTripAndOffers(connection.driverId, { tripStore, state, region: config.region, trips }).catch(
      (error: Error) => {
        // Fixes must flow all the same; what is open is told again by the relay, or lapses.
        log.warn({ reason: error.message }, 'a driver is synchronised without his offers');
        return { offers: [], queued: null };
      },
    ),
  ]);
  return {
    status: connection.status,
    ...(trip === null ? {} : { trip }),
    ...(status.queued === null ? {} : { queued: status.queued }),
    offers: status.offers,
    policy: parts.policy(),
    ack: connection.ack,
  };
}
