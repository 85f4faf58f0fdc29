import type { DriverId, RegionId, RiderId, TripId, TripStateName } from '@rideline/contract';
import type { Models, TripDocument } from './models.ts';

export interface TripFilter {
  readonly state?: TripStateName | undefined;
  readonly open?: boolean | undefined;
  readonly riderId?: RiderId | undefined;
  readonly driverId?: DriverId | undefined;
}

/** Where a page ends: newest first, ids break ties. */
export interface TripCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

/** Left out of lists: a trip's past is asked for by itself. */
const NOT_LISTED = { events: 0, outbox: 0, commandIds: 0 } as const;
const READ_MS = 5000;

/** One page of trips, newest first; trips that are added meanwhile disturb nothing. @returns next: null when this was the last one */
export async function listTrips(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  filter: TripFilter,
  page: { readonly limit: number; readonly after: TripCursor | null },
): Promise<{ trips: TripDocument[]; next: TripCursor | null }> {
  const { state, open, riderId, driverId } = filter;
  const { limit, after } = page;
  const found = (await models.trips.collection
    .find(
      {
        region,
        ...(state === undefined ? {} : { 'state.name': state }),
        ...(open === undefined ? {} : { open }),
        ...(riderId === undefined ? {} : { riderId }),
        ...(driverId === undefined ? {} : { driverId }),
        ...(after === null ? {} : afterCursor(after)),
      },
      { projection: NOT_LISTED, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
    )
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .toArray()) as unknown as TripDocument[];
  const trips = found.slice(0, limit);
  const last = trips.at(-1);
  const next =
    found.length > limit && last ? { createdAtMs: last.createdAt.getTime(), id: String(last._id) } : null;
  return { trips, next };
}

/** Trips by id, those that exist, without their past. */
export async function tripsById(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  ids: readonly TripId[],
): Promise<TripDocument[]> {
  const found = await models.trips.collection
    .find(
      { _id: { $in: [...new Set(ids)] as never[] }, region },
      { projection: NOT_LISTED, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
    )
    .toArray();
  return found as unknown as TripDocument[];
}

/** What lies behind a cursor, as a condition on `createdAt` and `_id`. */
export function afterCursor({ createdAtMs, id }: TripCursor): object {
  const at = new Date(createdAtMs);
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, _id: { $lt: id } }] };
}

export function encodeTripCursor({ createdAtMs, id }: TripCursor): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');
}

/** @returns null when it is no cursor of ours */
export function decodeTripCursor(text: string): TripCursor | null {
  try {
    const [createdAtMs, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    return Number.isSafeInteger(createdAtMs) && typeof id === 'string'
      ? { createdAtMs: createdAtMs as number, id }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
