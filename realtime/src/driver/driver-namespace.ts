import {
  CodedError,
  type DriverId,
  driverStatusSchema,
  emptySchema,
  healthReportSchema,
  LIMITS,
  type UplinkPolicy,
} from '@rideline/contract';
import { recordDriverStatus } from '@rideline/fleet/live/driver-session';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { TokenBucket, tokenRate } from '@rideline/platform/limits/token-bucket';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { TripReader } from '../rider/trip-reader.ts';
import { onClientEvent, refuseUnknownEvents } from '../socket/client-events.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { type HotEvent, hotEvent, takeHotEvent } from '../wire/hot-event.ts';
import { DriverConnection } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';
import type { OfferContext } from './driver-offers.ts';
import type { DriverRegistry } from './driver-registry.ts';
import { type SyncParts, syncDriver } from './driver-sync.ts';
import { listenToDriverTrips } from './driver-trips.ts';
import { openSession } from './open-session.ts';

export interface DriverNamespaceParts {
  /** How often a phone takes and sends fixes now. */
  readonly policy: (connection: DriverConnection) => UplinkPolicy;
  readonly context: DriverContext & Pick<OfferContext, 'claims'>;
  readonly tripStore: TripStore;
  readonly registry: DriverRegistry;
  readonly cache: RedisClient;
  readonly trips: TripReader;
  readonly writeTrip: SyncParts['writeTrip'];
}

/** Ms that a change of status, or a `sync`, waits for the session. */
const SESSION_OPEN_MS = 2000;
const HEALTH_RATE = tokenRate(1000 / LIMITS.healthReportEveryMs, LIMITS.healthReportsBurst);

/** `/driver`: fixes, status, sync, offers and trip commands. */
export function serveDrivers(namespace: AnyNamespace, parts: DriverNamespaceParts): void {
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

function listenToFixes(socket: AnySocket, { intake }: DriverConnection, fixes: HotEvent): void {
  socket.data.events.add(fixes.name);
  socket.on(fixes.name, intake.onFrame);
  takeHotEvent(socket, fixes, intake.onFrame);
}

function listen(
  socket: AnySocket,
  connection: DriverConnection,
  opened: Promise<void>,
  parts: DriverNamespaceParts,
): void {
  const { context } = parts;
  onClientEvent(socket, 'driver:status', driverStatusSchema, context, async ({ status, vehicleId }) => {
    if (status === 'offline' && connection.live.tripId !== null)
      throw new CodedError('ILLEGAL_TRANSITION', 'not during a trip');
    connection.reportStatus(status);
    await withinMs(opened, SESSION_OPEN_MS);
    await recordStatus(connection, vehicleId, context);
    return undefined;
  });
  onClientEvent(socket, 'sync', emptySchema, context, async () => {
    await withinMs(opened, SESSION_OPEN_MS);
    return syncDriver(connection, parts);
  });
  listenToHealth(socket, connection, opened, context);
  listenToDriverTrips(socket, connection, context, parts.tripStore);
  onClientEvent(socket, 'time', emptySchema, context, () => serverTime(context.clock));
  refuseUnknownEvents(socket, context);
}

function listenToHealth(
  socket: AnySocket,
  connection: DriverConnection,
  opened: Promise<void>,
  context: DriverContext,
): void {
  const reports = new TokenBucket(HEALTH_RATE);
  onClientEvent(socket, 'driver:health', healthReportSchema, context, async (report) => {
    if (!reports.take(context.wallMs()))
      throw new CodedError('SCALE_003', undefined, { retryAfterMs: LIMITS.healthReportEveryMs });
    await withinMs(opened, SESSION_OPEN_MS);
    await connection.reportHealth(report);
    return undefined;
  });
}

/** Writes the reported status to the driver hash and to the live index. */
async function recordStatus(
  connection: DriverConnection,
  vehicleId: string | undefined,
  { state, config, liveWriter }: DriverContext,
): Promise<void> {
  const { driverId, epoch, live } = connection;
  try {
    const [held] = await Promise.all([
      recordDriverStatus(state, config.region, driverId, { epoch, status: live.reportedStatus, vehicleId }),
      liveWriter.placeNow(live),
    ]);
    if (!held) connection.replace();
  } catch (cause) {
    liveWriter.mark(live);
    throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 1000, cause });
  }
}
