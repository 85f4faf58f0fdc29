import { randomUUID } from 'node:crypto';
import type { CodedError, UserId } from '@rideline/contract';
import { type StoredUser, userCollection } from '@rideline/fleet/accounts/user-collection';
import { deviceCollection } from '@rideline/fleet/notifications/device-collection';
import {
  preferencesCollection,
  type StoredPreferences,
} from '@rideline/fleet/settings/preferences-collection';
import { writeAudit } from '@rideline/fleet/store/audit';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import { putVersioned } from '@rideline/fleet/store/versioned-document';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';

let harness: WorkersHarness;
beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
});
afterAll(() => harness.stop());

const user = (): StoredUser => ({
  _id: randomUUID() as UserId,
  v: 1,
  region: REGION,
  role: 'rider',
  name: 'Ada',
  login: `${randomUUID()}@example.org`,
  passwordHash: '$argon2id$',
  state: 'active',
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});

const pathsOf = (error: unknown) => Object.keys((error as { errors?: object }).errors ?? {}).sort();
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

it('MONGO-17: a valid document is stored as it is given', async () => {
  const ada = user();
  await harness.db.model(userCollection).create(ada);
  expect(await harness.db.collection(userCollection).findOne({ _id: ada._id })).toEqual(ada);
  expect(await harness.db.model(userCollection).findOne({ _id: ada._id }).lean()).toEqual(ada);
});

it('MONGO-17: an insert that lacks a field or holds an unknown value is refused and names the paths', async () => {
  const { name: _missing, ...rest } = user();
  const invalid = { ...rest, role: 'king' as never };
  const failure = await failureOf(harness.db.model(userCollection).create(invalid));
  expect(pathsOf(failure)).toEqual(['name', 'role']);
  expect(await harness.db.collection(userCollection).countDocuments({ _id: rest._id })).toBe(0);
});

it('MONGO-17: an update that would make a document invalid is refused and changes nothing', async () => {
  const ada = user();
  const users = harness.db.model(userCollection);
  await users.create(ada);
  const failure = await failureOf(
    users.updateOne(
      { _id: ada._id },
      { $set: { state: 'gone' as never, name: '' } },
      { runValidators: true },
    ),
  );
  expect(pathsOf(failure)).toEqual(['name', 'state']);
  expect(await harness.db.collection(userCollection).findOne({ _id: ada._id })).toEqual(ada);
});

it('MONGO-17: an upsert is validated too', async () => {
  const _id = `rider:${randomUUID()}:phone`;
  const devices = harness.db.model(deviceCollection);
  const set = { $set: { v: 1 as const, region: REGION, platform: 'pager' as never } };
  const failure = await failureOf(devices.updateOne({ _id }, set, { upsert: true, runValidators: true }));
  expect(pathsOf(failure)).toEqual(['platform']);
  expect(await harness.db.collection(deviceCollection).countDocuments({ _id })).toBe(0);
});

it('MONGO-17: an audit entry without an action is refused', async () => {
  const target = `user:${randomUUID()}`;
  const entry = {
    actor: { role: 'admin', id: 'a' },
    action: '',
    target,
    data: { nested: { empty: {} } },
  } as const;
  expect(pathsOf(await failureOf(writeAudit(harness.db, REGION, entry, new Date())))).toEqual(['action']);
  const audit = harness.db.collection(auditCollection);
  expect(await audit.countDocuments({ target })).toBe(0);
  await writeAudit(harness.db, REGION, { ...entry, action: 'user.put' }, new Date());
  expect((await audit.findOne({ target }))?.data).toEqual({ nested: { empty: {} } });
});

it('MONGO-17: of two writers of one version of a document one wins, the other gets CONFLICT with the stored version', async () => {
  const _id = randomUUID() as UserId;
  const at = (version: number, locale = 'en'): StoredPreferences => ({
    _id,
    v: 1,
    region: REGION,
    version,
    locale,
    units: 'metric',
    tier: 'standard',
    updatedAt: new Date(version),
  });
  const put = (next: StoredPreferences) =>
    putVersioned(harness.db, preferencesCollection, next, ['locale', 'units', 'tier']);
  const outcomesOf = async (version: number) => {
    const outcomes = await Promise.all(
      ['en', 'de', 'pt'].map((locale) => failureOf(put(at(version, locale)))),
    );
    return outcomes.map((error) => (error === null ? 'written' : (error as CodedError).version));
  };
  expect((await outcomesOf(1)).toSorted()).toEqual([1, 1, 'written']);
  expect((await outcomesOf(2)).toSorted()).toEqual([2, 2, 'written']);
  expect(await outcomesOf(9)).toEqual([2, 2, 2]);
  const failure = await failureOf(put({ ...at(3), units: 'cubits' as never }));
  expect(pathsOf(failure)).toEqual(['units']);
  const stored = await harness.db.collection(preferencesCollection).findOne({ _id });
  expect(stored).toEqual(at(2, stored?.locale));
  // ADM-75: the writer that won writes again, since it did not see the response.
  expect(await failureOf(put({ ...at(2, stored?.locale), updatedAt: new Date(7) }))).toBeNull();
  expect(await harness.db.collection(preferencesCollection).findOne({ _id })).toEqual(stored);
});
