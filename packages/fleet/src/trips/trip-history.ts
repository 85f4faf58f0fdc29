import type { RegionId, TripHistory, TripId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { stateName } from './trip.ts';
import { type StoredTrip, TRIP_COMMANDS_KEPT, tripCollection } from './trip-collection.ts';

/** What a history is made of. */
export type TripRecord = Pick<
  StoredTrip,
  '_id' | 'state' | 'version' | 'open' | 'driverId' | 'events' | 'commandIds'
>;

const PROJECTION = {
  state: 1,
  version: 1,
  open: 1,
  driverId: 1,
  events: 1,
  commandIds: 1,
} satisfies Partial<Record<keyof TripRecord, 1>>;
const READ_MS = 5000;

/** The existing trips among these ids, as a majority has them: a history that a failover can undo would prove nothing. */
export async function tripRecordsById(
  db: Database,
  region: RegionId,
  ids: readonly TripId[],
): Promise<TripRecord[]> {
  return await db
    .collection(tripCollection)
    .find<TripRecord>(
      { _id: { $in: [...new Set(ids)] }, region },
      { projection: PROJECTION, readConcern: { level: 'majority' }, maxTimeMS: READ_MS },
    )
    .toArray();
}

/** The history for REST: without the hashes of the commands' bodies. */
export function historyOf(trip: TripRecord): TripHistory {
  const { _id, state, version, open, driverId, events, commandIds } = trip;
  return {
    tripId: _id,
    state: stateName(state),
    version,
    open,
    driverId: driverId ?? null,
    events: [...events],
    commands: commandIds.map(({ commandId, state: name, version: at }) => ({
      commandId,
      state: name,
      version: at,
    })),
    commandsComplete: commandIds.length < TRIP_COMMANDS_KEPT,
  };
}
