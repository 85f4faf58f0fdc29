import { randomUUID } from 'node:crypto';
import { loginForm } from '@rideline/contract';
import { giveLoginsOneForm } from '@rideline/fleet/accounts/login-migration';
import { userCollection } from '@rideline/fleet/accounts/user-collection';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminHarness, startAdminHarness } from '../harness/cluster/admin-harness.ts';

const quiet = { say: () => undefined };

let harness: AdminHarness;
beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 0 });
});
afterAll(() => harness.stop());

const PASSWORD = 'Grosse-Bahn-1';
const users = () => harness.db.collection(userCollection);
const loginOf = async (id: string) => (await users().findOne({ _id: id as never }))?.login;
const signIn = (name: string) => harness.call('POST', '/v1/sign-in', { body: { name, password: PASSWORD } });

async function registered(login: string): Promise<string> {
  const body = { login, password: PASSWORD, name: 'José', role: 'rider' };
  const answer = await harness.call('POST', '/v1/accounts', { body });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

it('AUTH-4: an account whose login was stored in another form signs in after the migration, however the login is written', async () => {
  const login = `josé.${randomUUID()}@exämple.org`.normalize('NFC');
  const id = await registered(login);
  // As it was stored before logins had one form: as typed, in lower case only.
  await users().updateOne({ _id: id as never }, { $set: { login: login.normalize('NFD') } });
  expect((await signIn(login)).status).toBe(401);
  await giveLoginsOneForm(harness.db, quiet);
  await giveLoginsOneForm(harness.db, quiet);
  expect(await loginOf(id)).toBe(loginForm(login));
  expect([(await signIn(login)).status, (await signIn(login.normalize('NFD'))).status]).toEqual([200, 200]);
});

it('AUTH-4: an account whose login in its one form belongs to another account keeps what it has, and the audit log names both', async () => {
  const login = `zoë.${randomUUID()}@example.org`.normalize('NFC');
  const [owner, other] = [await registered(login), await registered(`other.${randomUUID()}@example.org`)];
  await users().updateOne({ _id: other as never }, { $set: { login: login.normalize('NFD') } });
  await giveLoginsOneForm(harness.db, quiet);
  expect([await loginOf(owner), await loginOf(other)]).toEqual([loginForm(login), login.normalize('NFD')]);
  expect((await signIn(login)).status).toBe(200);
  const entries = await harness.db
    .collection(auditCollection)
    .find({ action: 'account.login_conflict', target: `user:${other}` })
    .toArray();
  expect(entries).toMatchObject([{ actor: { role: 'system' }, data: { other: owner } }]);
  await giveLoginsOneForm(harness.db, quiet);
  const { length } = await harness.db
    .collection(auditCollection)
    .find({ target: `user:${other}` })
    .toArray();
  expect(length).toBe(1);
});

it('AUTH-4: accounts without a login, and more accounts than are read at a time, are no obstacle', async () => {
  const now = new Date();
  const common = {
    v: 1,
    region: 'main',
    role: 'rider',
    name: 'x',
    passwordHash: '-',
    state: 'active',
    version: 1,
  };
  const stored = Array.from({ length: 1100 }, (_, n) => ({
    ...common,
    _id: `u-${String(n).padStart(6, '0')}`,
    ...(n === 0 ? {} : { login: `ü${n}.${randomUUID()}@example.org`.normalize('NFD') }),
    createdAt: now,
    updatedAt: now,
  }));
  await users().insertMany(stored as never[]);
  await giveLoginsOneForm(harness.db, quiet);
  const left = (
    await users()
      .find({ name: 'x', login: { $exists: true } })
      .toArray()
  ).filter(({ login }) => login !== loginForm(login));
  expect(left).toEqual([]);
});
