import { randomUUID } from 'node:crypto';
import {
  type DriverId,
  type Problem,
  problemSchema,
  type Role,
  type UserId,
  type VehicleId,
} from '@rideline/contract';
import { driverCollection, type StoredDriver } from '@rideline/fleet/accounts/driver-collection';
import { type StoredUser, userCollection } from '@rideline/fleet/accounts/user-collection';
import { vehicleCollection } from '@rideline/fleet/accounts/vehicle-collection';
import { REGION } from '../test-process.ts';
import { type Caller, startTripHarness, type TripHarness } from './trip-harness.ts';
import type { WorkersHarnessOptions } from './workers-harness.ts';

/** A whole backend, with an admin's REST calls. */
export interface AdminHarness extends Omit<TripHarness, 'call'> {
  /** As the admin `ada` unless `by` differs. */
  call(method: string, path: string, by?: Partial<Caller>): Promise<Response>;
  /** Calls as admin and parses the response. @throws Error when the call is refused */
  ask<T>(method: string, path: string, schema: { parse(value: unknown): T }, body?: unknown): Promise<T>;
  /** Inserts a driver with an account and a vehicle into MongoDB; `at` determines the driver's position in lists. */
  storeDriver(at: Date, more?: Partial<StoredUser>): Promise<string>;
  storeRider(at: Date, more?: Partial<StoredUser>): Promise<string>;
}

export async function startAdminHarness(options: WorkersHarnessOptions = {}): Promise<AdminHarness> {
  const harness = await startTripHarness({ apis: 1, ...options });
  const call: AdminHarness['call'] = (method, path, by) =>
    harness.call(method, path, { role: 'admin', subject: 'ada', ...by });
  async function storeUser(role: Role, at: Date, more: Partial<StoredUser>): Promise<UserId> {
    const id = randomUUID() as string as UserId;
    const user: StoredUser = {
      _id: id,
      v: 1,
      region: REGION,
      role,
      name: `${role} ${id.slice(0, 4)}`,
      login: `${id}@example.org`,
      passwordHash: '$argon2id$none',
      state: 'active',
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    await harness.db.collection(userCollection).insertOne({ ...user, ...more });
    return id;
  }
  return {
    ...harness,
    call,
    async ask(method, path, schema, body) {
      const answer = await call(method, path, body === undefined ? {} : { body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return schema.parse(JSON.parse(text));
    },
    async storeDriver(at, more = {}) {
      const id = await storeUser('driver', at, more);
      const vehicleId = randomUUID() as string as VehicleId;
      const common = { v: 1, region: REGION, tier: 'standard', createdAt: at } as const;
      await harness.db.collection(vehicleCollection).insertOne({
        _id: vehicleId,
        ...common,
        description: 'white Prius',
        plate: `P-${id.slice(0, 4)}`,
      });
      const driver: StoredDriver = {
        _id: id as string as DriverId,
        ...common,
        name: `driver ${id.slice(0, 4)}`,
        vehicleId,
      };
      await harness.db.collection(driverCollection).insertOne(driver);
      return id;
    },
    storeRider: (at, more = {}) => storeUser('rider', at, more),
  };
}

export async function problemOf(answer: Response): Promise<Problem> {
  return problemSchema.parse(await answer.json());
}
