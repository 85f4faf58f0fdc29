import {
  CodedError,
  type DriverId,
  type DriverSync,
  driverCommandSchema,
  driverStatusSchema,
  emptySchema,
  type LocationUpdate,
  locationUpdateSchema,
  offerAnswerSchema,
} from '@rideline/contract';
import type { Namespace } from 'socket.io';
import { type Announcer, POSITION_EPOCH, userRoom } from './announcer.ts';
import type { Dispatch } from './dispatch.ts';
import type { DriverPlaces } from './driver-places.ts';
import type { Drivers } from './drivers.ts';
import { type FixHistory, newestPosition } from './fix-history.ts';
import { guard, type NamespaceParts, onCommonEvents, onEvent, principalOf } from './namespaces.ts';
import { snapshotOf } from './trip-snapshot.ts';
import type { Trips } from './trips.ts';

export interface DriverParts extends NamespaceParts {
  readonly dispatch: Dispatch;
  readonly trips: Trips;
  readonly drivers: Drivers;
  readonly places: DriverPlaces;
  readonly history: FixHistory;
  readonly announcer: Announcer;
}

/** The product's defaults; the baseline does not change them under load. */
const POLICY = { intervalMs: 1000, ackIntervalMs: 5000, reason: 'default' } as const;

/** `/driver`: fixes, status, offers and commands. */
export function serveDrivers(namespace: Namespace, parts: DriverParts): void {
  const { dispatch, drivers, places, log } = parts;
  guard(namespace, 'driver', parts);
  namespace.on('connection', (socket) => {
    const driverId = String(principalOf(socket).userId) as DriverId;
    void socket.join(userRoom(driverId));
    const opened = openDriver(driverId, parts);
    // Each event that needs the driver's document awaits it and reports the failure.
    opened.catch((error: Error) => log.warn({ reason: error.message }, 'driver not opened'));
    onEvent(socket, 'location:update', locationUpdateSchema, log, async (frame) => {
      await opened;
      await takeFrame(driverId, frame, parts);
      return undefined;
    });
    onEvent(socket, 'driver:status', driverStatusSchema, log, async ({ status }) => {
      await opened;
      const driver = await drivers.report(driverId, status);
      if (driver !== null) await places.dutyChanged(driverId, driver);
      return undefined;
    });
    onEvent(socket, 'offer:answer', offerAnswerSchema, log, (answer) => dispatch.answer(driverId, answer));
    onEvent(socket, 'trip:command', driverCommandSchema, log, (command) =>
      dispatch.command(driverId, command),
    );
    onEvent(socket, 'sync', emptySchema, log, async () => {
      await opened;
      return sync(driverId, parts);
    });
    onCommonEvents(socket, 'driver', parts);
  });
}

async function openDriver(driverId: DriverId, { drivers, places, dispatch }: DriverParts): Promise<void> {
  const driver = await drivers.open(driverId);
  await dispatch.repair(driver);
  await places.dutyChanged(driverId, (await drivers.find(driverId)) ?? driver);
}

/**
 * Stores every fix of the frame and the driver's newest position, and sends it to the followers of their trip. Resolves when both are
 * stored: that is what the acknowledgement means.
 */
async function takeFrame(driverId: DriverId, frame: LocationUpdate, parts: DriverParts): Promise<void> {
  const { history, places, announcer } = parts;
  const position = newestPosition(frame.fixes);
  const [shown] = await Promise.all([
    position === null ? null : places.move(driverId, position),
    history.store(driverId, frame),
  ]);
  if (shown === null || position === null) return;
  const { at: timestamp, ...place } = position;
  const ageMs = Math.max(0, Date.now() - timestamp);
  announcer.position({ driverId, ...shown, ...place, timestamp, epoch: POSITION_EPOCH, skipped: 0, ageMs });
}

async function sync(
  driverId: DriverId,
  { drivers, trips, places, dispatch }: DriverParts,
): Promise<DriverSync> {
  const driver = await drivers.find(driverId);
  if (driver === null) throw new CodedError('NOT_FOUND');
  const trip = driver.tripId === null ? null : await trips.find(driver.tripId);
  const newest = await places.newestOf(driverId);
  const snapshot = trip === null ? {} : { trip: snapshotOf(trip, newest?.position ?? null) };
  return {
    status: driver.status,
    ...snapshot,
    offers: await dispatch.openOffers(driver),
    policy: POLICY,
    ack: null,
  };
}
