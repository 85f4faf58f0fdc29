import {
  type AdminDriver,
  type AdminRider,
  type DriverId,
  loginForm,
  type RegionId,
  toIsoTime,
  type UserId,
  type VehicleId,
} from '@rideline/contract';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { decodeLive } from '../live/live-index.ts';
import { live } from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import { listPage, type PageCursor, type PageRequest } from '../store/list-page.ts';
import { type OnUnpresentable, presented } from '../store/presented.ts';
import { driverCollection, type StoredDriver } from './driver-collection.ts';
import { type StoredUser, userCollection } from './user-collection.ts';
import { type StoredVehicle, vehicleCollection } from './vehicle-collection.ts';

/** Stores for the admins' lists of drivers and riders. */
export interface PeopleParts {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  /** The live index did not answer: the drivers then have no status. */
  readonly onLiveAway: (error: Error) => void;
  readonly onUnpresentable: OnUnpresentable;
}

/** Longest wait for the live index, ms: the list is returned without status after that. */
const LIVE_MS = 500;
/** Projection of lists. */
const NOT_LISTED = { passwordHash: 0 } as const;

async function byId<Doc extends { _id: string }>(
  collection: { find(filter: object, options: object): { toArray(): Promise<unknown[]> } },
  region: RegionId,
  ids: readonly string[],
): Promise<Map<string, Doc>> {
  if (ids.length === 0) return new Map();
  const found = (await collection
    .find(
      { _id: { $in: [...ids] }, region },
      { projection: NOT_LISTED, readPreference: 'secondaryPreferred' },
    )
    .toArray()) as Doc[];
  return new Map(found.map((document) => [document._id, document]));
}

async function liveOf({ state, region, onLiveAway }: PeopleParts, ids: readonly string[]) {
  if (ids.length === 0) return [];
  try {
    const late = () => new Error('the live index does not answer');
    return (await withinMs(state.hmget(live(region), ...ids), LIVE_MS, late)).map(decodeLive);
  } catch (error) {
    onLiveAway(error as Error);
    return ids.map(() => null);
  }
}

async function withAccounts(parts: PeopleParts, drivers: readonly StoredDriver[]): Promise<AdminDriver[]> {
  const { db, region } = parts;
  const ids = drivers.map(({ _id }) => String(_id));
  const vehicleIds = drivers.flatMap(({ vehicleId }) =>
    vehicleId === undefined ? [] : [vehicleId as string],
  );
  const [users, vehicles, positions] = await Promise.all([
    byId<StoredUser>(db.collection(userCollection), region, ids),
    byId<StoredVehicle>(db.collection(vehicleCollection), region, vehicleIds),
    liveOf(parts, ids),
  ]);
  const liveById = new Map(ids.map((id, index) => [id, positions[index] ?? null]));
  const viewOf = ({ _id, name, tier, vehicleId, createdAt }: StoredDriver): AdminDriver => {
    const user = users.get(String(_id));
    const vehicle = vehicleId === undefined ? undefined : vehicles.get(vehicleId);
    const position = liveById.get(String(_id)) ?? null;
    return {
      driverId: _id,
      name,
      login: user?.login ?? null,
      state: user?.state ?? 'active',
      tier,
      vehicle: vehicle ? { id: vehicle._id, description: vehicle.description, plate: vehicle.plate } : null,
      status: position?.status ?? null,
      lastFixAt: position === null ? null : toIsoTime(position.position.t),
      createdAt: toIsoTime(createdAt),
    };
  };
  return presented(drivers, viewOf, parts.onUnpresentable);
}

/** One page of drivers, newest first. */
export async function listDrivers(
  parts: PeopleParts,
  query: { tier?: string | undefined; vehicleId?: VehicleId | undefined },
  page: PageRequest,
): Promise<{ drivers: AdminDriver[]; next: PageCursor | null }> {
  const { tier, vehicleId } = query;
  const { documents, next } = await listPage<StoredDriver>(parts.db.model(driverCollection), {
    filter: {
      region: parts.region,
      ...(tier === undefined ? {} : { tier }),
      ...(vehicleId === undefined ? {} : { vehicleId }),
    },
    time: 'createdAt',
    ...page,
  });
  return { drivers: await withAccounts(parts, documents), next };
}

/** The existing drivers among these ids. */
export async function driversById(
  parts: PeopleParts,
  ids: readonly DriverId[],
): Promise<Map<string, AdminDriver>> {
  const found = await byId<StoredDriver>(parts.db.collection(driverCollection), parts.region, ids);
  const drivers = await withAccounts(parts, [...found.values()]);
  return new Map(drivers.map((driver) => [String(driver.driverId), driver]));
}

/** One page of riders, newest first. */
export async function listRiders(
  { db, region, onUnpresentable }: PeopleParts,
  query: { state?: string | undefined; login?: string | undefined },
  page: PageRequest,
): Promise<{ riders: AdminRider[]; next: PageCursor | null }> {
  const { state, login } = query;
  const { documents, next } = await listPage<StoredUser>(db.model(userCollection), {
    filter: {
      region,
      role: 'rider',
      ...(state === undefined ? {} : { state }),
      ...(login === undefined ? {} : { login: loginForm(login) }),
    },
    projection: NOT_LISTED,
    time: 'createdAt',
    ...page,
  });
  const viewOf = (user: StoredUser): AdminRider => ({
    riderId: user._id as UserId,
    name: user.name,
    login: user.login ?? null,
    state: user.state ?? ('active' as const),
    createdAt: toIsoTime(user.createdAt),
  });
  return { riders: presented(documents, viewOf, onUnpresentable), next };
}
