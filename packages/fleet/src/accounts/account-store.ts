import { randomUUIDv7 } from 'node:crypto';
import {
  type Account,
  CodedError,
  type DriverId,
  type RegionId,
  type Role,
  TIERS,
  type Tier,
  toIsoTime,
  type UserId,
  type VehicleId,
  type VehicleInput,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { type OnUnpresentable, presentedOne } from '../store/presented.ts';
import { driverCollection, type StoredDriver } from './driver-collection.ts';
import { type StoredUser, userCollection } from './user-collection.ts';
import { type StoredVehicle, vehicleCollection } from './vehicle-collection.ts';

export interface AccountStore {
  readonly db: Database;
  readonly region: RegionId;
  readonly wallMs: () => number;
  /** Called with the version of a changed account; awaited before the change is acknowledged. */
  readonly onChanged?: (id: UserId, version: number) => Promise<void>;
}

export interface NewAccount {
  readonly login: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly role: Role;
  readonly tier?: Tier | undefined;
  readonly vehicle?: VehicleInput | undefined;
}

export async function findByLogin({ db, region }: AccountStore, login: string): Promise<StoredUser | null> {
  return await db.model(userCollection).findOne({ region, login }).lean();
}

/** Networks that an account remembers: home, work, a mobile network or two. */
const KNOWN_NETWORKS = 8;

export async function knowsNetwork(
  { db, region }: AccountStore,
  login: string,
  network: string,
): Promise<boolean> {
  const found = { region, login, knownNetworks: network };
  return (await db.collection(userCollection).countDocuments(found, { limit: 1 })) > 0;
}

/** The oldest one is forgotten. Not a change of the account: its version stays. */
export async function rememberNetwork(
  { db, region }: AccountStore,
  login: string,
  network: string,
): Promise<void> {
  await db
    .collection(userCollection)
    .updateOne(
      { region, login, knownNetworks: { $ne: network } },
      { $push: { knownNetworks: { $each: [network], $slice: -KNOWN_NETWORKS } } },
    );
}

export async function findUser({ db, region }: AccountStore, id: UserId): Promise<StoredUser | null> {
  return await db.model(userCollection).findOne({ _id: id, region }).lean();
}

/**
 * Creates an account. The unique index on the login decides between two concurrent calls. A driver's profile is created after the account;
 * if the process dies in between, the next sign-in creates it.
 * @throws CodedError CONFLICT when the login is taken
 */
export async function createAccount(store: AccountStore, account: NewAccount): Promise<StoredUser> {
  const now = new Date(store.wallMs());
  const user: StoredUser = {
    _id: randomUUIDv7() as UserId,
    v: SCHEMA_VERSION,
    region: store.region,
    role: account.role,
    name: account.name,
    login: account.login,
    passwordHash: account.passwordHash,
    state: 'active',
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await store.db.model(userCollection).create(user);
  } catch (error) {
    if (isDuplicateKey(error)) throw new CodedError('CONFLICT', 'This login is taken.');
    throw error;
  }
  if (user.role === 'driver') {
    await ensureDriver(store, user, account.tier);
    if (account.vehicle) await putVehicle(store, user, account.vehicle);
  }
  return user;
}

/** A driver's id is that of their account. */
const driverOf = (id: UserId): DriverId => String(id) as DriverId;

/** Creates the driver's profile unless it exists. */
export async function ensureDriver(
  { db, region, wallMs }: AccountStore,
  user: Pick<StoredUser, '_id' | 'name'>,
  tier: Tier = 'standard',
): Promise<void> {
  const profile: Omit<StoredDriver, '_id'> = {
    v: SCHEMA_VERSION,
    region,
    name: user.name,
    tier,
    createdAt: new Date(wallMs()),
  };
  try {
    await db
      .model(driverCollection)
      .updateOne(
        { _id: driverOf(user._id) },
        { $setOnInsert: profile },
        { upsert: true, runValidators: true },
      );
  } catch (error) {
    // A concurrent call created it.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Stores the driver's vehicle; its id stays the same when the vehicle changes. */
export async function putVehicle(
  { db, region, wallMs }: AccountStore,
  user: Pick<StoredUser, '_id'>,
  { description, plate }: VehicleInput,
): Promise<void> {
  const driverId = driverOf(user._id);
  const drivers = db.model(driverCollection);
  const driver = await drivers.findOne({ _id: driverId }).lean();
  const vehicleId = driver?.vehicleId ?? (randomUUIDv7() as VehicleId);
  const tier = driver?.tier ?? 'standard';
  await db.model(vehicleCollection).updateOne(
    { _id: vehicleId },
    {
      $set: { v: SCHEMA_VERSION, region, description, plate, tier },
      $setOnInsert: { createdAt: new Date(wallMs()) },
    },
    { upsert: true, runValidators: true },
  );
  await drivers.updateOne({ _id: driverId }, { $set: { vehicleId } }, { runValidators: true });
}

/** Sets the name shown to riders. */
export async function nameDriver({ db }: AccountStore, id: UserId, name: string): Promise<void> {
  await db
    .model(driverCollection)
    .updateOne({ _id: driverOf(id) }, { $set: { name } }, { runValidators: true });
}

/**
 * Changes an account if it still has the version that was read.
 * @throws CodedError CONFLICT with the current version; NOT_FOUND
 */
export async function updateAccount(
  store: AccountStore,
  id: UserId,
  version: number,
  change: Partial<Pick<StoredUser, 'name' | 'passwordHash' | 'state'>>,
): Promise<StoredUser> {
  const set = { ...change, updatedAt: new Date(store.wallMs()) };
  const { matchedCount } = await store.db
    .model(userCollection)
    .updateOne(
      { _id: id, region: store.region, version },
      { $set: set, $inc: { version: 1 } },
      { runValidators: true },
    );
  const user = await findUser(store, id);
  if (user === null) throw new CodedError('NOT_FOUND');
  if (matchedCount === 0) throw new CodedError('CONFLICT', undefined, { version: user.version });
  await store.onChanged?.(id, user.version);
  return user;
}

/** Raises the time before which tokens and sessions are invalid; it is never lowered. */
export async function raiseNotBefore(store: AccountStore, id: UserId, notBeforeMs: number): Promise<void> {
  await store.db
    .model(userCollection)
    .updateOne(
      { _id: id, region: store.region },
      { $max: { notBefore: new Date(notBeforeMs) }, $inc: { version: 1 } },
    );
  if (store.onChanged === undefined) return;
  const user = await findUser(store, id);
  if (user !== null) await store.onChanged(id, user.version);
}

/** Number of active admins other than `without`. */
export async function otherAdmins({ db, region }: AccountStore, without: UserId): Promise<number> {
  return db.model(userCollection).countDocuments({
    region,
    role: 'admin',
    state: 'active',
    _id: { $ne: without },
  });
}

function driverPart(driver: StoredDriver | null, vehicle: StoredVehicle | null): Account['driver'] {
  const tier = TIERS.find((name) => name === driver?.tier) ?? 'standard';
  const shown = vehicle && {
    id: vehicle._id,
    description: vehicle.description,
    plate: vehicle.plate,
  };
  return { tier, vehicle: shown };
}

const accountOf = (user: StoredUser): Account => ({
  id: user._id,
  role: user.role,
  region: user.region,
  name: user.name,
  login: user.login,
  state: user.state,
  version: user.version,
  createdAt: toIsoTime(user.createdAt),
});

/** The account as its owner and admins see it. @throws CodedError UNPRESENTABLE */
export async function accountView(
  { db }: AccountStore,
  user: StoredUser,
  onUnpresentable: OnUnpresentable,
): Promise<Account> {
  const account = presentedOne('account', user, accountOf, onUnpresentable);
  if (user.role !== 'driver') return account;
  const driver = await db
    .model(driverCollection)
    .findOne({ _id: driverOf(user._id) })
    .lean();
  const vehicle =
    driver?.vehicleId === undefined
      ? null
      : await db.model(vehicleCollection).findOne({ _id: driver.vehicleId }).lean();
  return { ...account, driver: driverPart(driver, vehicle) };
}
