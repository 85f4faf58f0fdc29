import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accountSchema, type SignedIn, sessionIdSchema } from '@rideline/contract';
import { sessionCollection } from '@rideline/fleet/accounts/session-collection';
import { userCollection } from '@rideline/fleet/accounts/user-collection';
import { openDatabase } from '@rideline/fleet/collections';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import type { Database } from '@rideline/fleet/store/database';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountCaller, accountCaller } from '../harness/clients/account-caller.ts';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';

const PASSWORD = 'correct horse battery';
/** Of this password, with 8 MiB and one pass. */
const WEAK_HASH =
  '$argon2id$v=19$m=8192,t=1,p=1$0Pmyse2epOK7urj2O5gTOg$QdmHXIGgPKXMdvZRJsbAumCR3GTOMBwyYHCOkZlW834';

let harness: ApiHarness;
let mongo: Mongo;
let db: Database;
let one: AccountCaller;
let other: AccountCaller;
let people = 0;
/** Refresh tokens that were issued. */
const secrets: string[] = [];

const newcomer = (role: 'rider' | 'driver' = 'rider') => {
  people++;
  return { login: `person-${people}@example.com`, password: PASSWORD, name: `Person ${people}`, role };
};
const me = (signedIn: SignedIn, caller = one) => caller.refusal('GET', '/v1/me', { token: signedIn.token });
const refresh = async ({ refreshToken }: SignedIn, caller = one) => {
  secrets.push(refreshToken);
  return caller.signedIn('/v1/token', { refreshToken });
};
const refreshRefusal = ({ refreshToken }: SignedIn, caller = one) =>
  caller.refusal('POST', '/v1/token', { body: { refreshToken } });

beforeAll(async () => {
  harness = await startApiHarness({ apis: 2 });
  const [first, second] = harness.cluster.processes.filter(({ role }) => role === 'api');
  one = accountCaller(`http://127.0.0.1:${first?.port}`);
  other = accountCaller(`http://127.0.0.1:${second?.port}`);
  mongo = await connectMongo({ uri: harness.cluster.env.MONGODB_URI ?? '', name: 'test', log: harness.log });
  db = openDatabase(mongo);
});
afterAll(async () => {
  await mongo?.close();
  await harness?.stop();
});

describe('registration and sign-in', () => {
  it('AUTH-4: a rider and a driver register, are signed in, and find their account', async () => {
    const rider = newcomer();
    const signedIn = await one.signedIn('/v1/accounts', rider);
    expect(signedIn.role).toBe('rider');
    const account = accountSchema.parse(
      await (await other.call('GET', '/v1/me', { token: signedIn.token })).json(),
    );
    expect(account).toMatchObject({ id: signedIn.id, login: rider.login, name: rider.name, state: 'active' });
    expect(account.driver).toBeUndefined();

    const vehicle = { description: 'red Škoda Octavia', plate: 'ZH 1234' };
    const driver = await one.signedIn('/v1/accounts', { ...newcomer('driver'), vehicle });
    const file = accountSchema.parse(await (await one.call('GET', '/v1/me', { token: driver.token })).json());
    expect(file.driver).toMatchObject({ tier: 'standard', vehicle });
    expect(await one.refusal('POST', '/v1/accounts', { body: { ...newcomer(), vehicle } })).toBe(
      'VALIDATION',
    );
  });

  it('AUTH-4: a login is one account, however it is written, even when two registrations arrive at once', async () => {
    const person = newcomer();
    const written = [person.login, person.login.toUpperCase(), ` ${person.login} `];
    const codes = await Promise.all(
      written.map((login, index) =>
        (index === 0 ? one : other).refusal('POST', '/v1/accounts', { body: { ...person, login } }),
      ),
    );
    expect(codes.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'none']);
    const signedIn = await other.signedIn('/v1/sign-in', {
      name: person.login.toUpperCase(),
      password: PASSWORD,
    });
    expect(signedIn.role).toBe('rider');
  });

  it.each([
    ['a staff role', { role: 'admin' }],
    ['a short password', { password: 'short' }],
    ['the login as password', { login: 'longenough1@example.com', password: 'longenough1@example.com' }],
    ['one repeated letter', { password: 'aaaaaaaaaaaa' }],
    ['a query operator as login', { login: { $ne: null } }],
    ['a login that is neither an email address nor a number', { login: 'somebody' }],
    ['a state', { state: 'active' }],
  ])('AUTH-4: a registration with %s is refused', async (_what, change) => {
    expect(await one.refusal('POST', '/v1/accounts', { body: { ...newcomer(), ...change } })).toBe(
      'VALIDATION',
    );
  });

  it('AUTH-2: a wrong password and an unknown login are refused with the same text', async () => {
    const person = newcomer();
    await one.signedIn('/v1/accounts', person);
    const answers = await Promise.all(
      [person.login, 'nobody@example.com', 'no login at all'].map(async (name) => {
        const body = { name, password: 'wrong password' };
        const response = await one.call('POST', '/v1/sign-in', { body });
        const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>;
        return [response.status, problem];
      }),
    );
    expect(answers[0]).toEqual([401, expect.objectContaining({ code: 'UNAUTHENTICATED' })]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('AUTH-1: a hash of weaker parameters is replaced when its owner signs in, and only then', async () => {
    const person = newcomer();
    const { id } = await one.signedIn('/v1/accounts', person);
    await db.collection(userCollection).updateOne({ _id: id }, { $set: { passwordHash: WEAK_HASH } });
    const stored = async () => (await db.collection(userCollection).findOne({ _id: id }))?.passwordHash;
    const wrong = { body: { name: person.login, password: 'wrong password' } };
    expect(await one.refusal('POST', '/v1/sign-in', wrong)).toBe('UNAUTHENTICATED');
    expect(await stored()).toBe(WEAK_HASH);
    const right = { name: person.login, password: person.password };
    await one.signedIn('/v1/sign-in', right);
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await other.signedIn('/v1/sign-in', right);
  });

  it('AUTH-5: MongoDB holds no password and no refresh token', async () => {
    const person = newcomer();
    const signedIn = await one.signedIn('/v1/accounts', person);
    const secret = signedIn.refreshToken.split('.')[1] as string;
    const stored = JSON.stringify([
      await db.collection(userCollection).find({}).toArray(),
      await db.collection(sessionCollection).find({}).toArray(),
    ]);
    expect(stored).toContain(person.login);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(secret.slice(0, 20));
  });

  it('AUTH-6: a user changes their own name and vehicle, at the version that was read, and nothing else', async () => {
    const signedIn = await one.signedIn('/v1/accounts', newcomer('driver'));
    const { token } = signedIn;
    const vehicle = { description: 'blue van', plate: 'B 1' };
    const changed = accountSchema.parse(
      await (
        await one.call('PATCH', '/v1/me', { token, body: { version: 1, name: 'Another', vehicle } })
      ).json(),
    );
    expect(changed).toMatchObject({ name: 'Another', version: 2, driver: { vehicle } });
    expect(await one.refusal('PATCH', '/v1/me', { token, body: { version: 1, name: 'Late' } })).toBe(
      'CONFLICT',
    );
    for (const field of ['role', 'state', 'login', 'tier', 'passwordHash', '__proto__x'])
      expect(
        await one.refusal('PATCH', '/v1/me', { token, body: { version: 2, name: 'x', [field]: 'admin' } }),
      ).toBe('VALIDATION');
    expect(await harness.get('/v1/me', 'rider', 'without-account').then(({ status }) => status)).toBe(404);
  });

  it('AUTH-7: changing the password ends every session, and the old password opens nothing', async () => {
    const person = newcomer();
    const first = await one.signedIn('/v1/accounts', person);
    const second = await other.signedIn('/v1/sign-in', { name: person.login, password: PASSWORD });
    const password = 'another horse battery';
    const wrong = { token: second.token, body: { current: 'not this one', password } };
    expect(await one.refusal('POST', '/v1/me/password', wrong)).toBe('FORBIDDEN');
    const third = await one.signedIn('/v1/me/password', { current: PASSWORD, password }, second.token);
    expect(await me(third)).toBe('none');
    for (const old of [first, second]) {
      expect(await me(old)).toBe('TOKEN_REVOKED');
      expect(await refreshRefusal(old)).toBe('TOKEN_REVOKED');
    }
    const body = { name: person.login, password: PASSWORD };
    expect(await one.refusal('POST', '/v1/sign-in', { body })).toBe('UNAUTHENTICATED');
    expect(await me(await one.signedIn('/v1/sign-in', { name: person.login, password }))).toBe('none');
  });
});

describe('refresh tokens', () => {
  it('AUTH-8: a refresh token is valid once and returns the next one, at any node', async () => {
    let session = await one.signedIn('/v1/accounts', newcomer());
    const seen = new Set([session.refreshToken]);
    for (const caller of [other, one, other]) {
      session = await refresh(session, caller);
      expect(await me(session, caller)).toBe('none');
      seen.add(session.refreshToken);
    }
    expect(seen.size).toBe(4);
    expect(new Date(session.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  });

  it('AUTH-9: a refresh token that is used again ends its session with all its tokens, for the thief and for the owner', async () => {
    const stolen = await one.signedIn('/v1/accounts', newcomer());
    const elsewhere = await one.signedIn('/v1/accounts', newcomer());
    const second = await refresh(stolen);
    const newest = await refresh(second, other);
    expect(await refreshRefusal(stolen, other)).toBe('TOKEN_REVOKED');
    expect(await refreshRefusal(newest)).toBe('TOKEN_REVOKED');
    for (const token of [stolen, second, newest]) expect(await me(token, other)).toBe('TOKEN_REVOKED');
    expect(await me(elsewhere)).toBe('none');
  });

  it('AUTH-10: a lost response is forgiven once: the same token returns the same response again, a third use is theft', async () => {
    const first = await one.signedIn('/v1/accounts', newcomer());
    const [lost, again] = await Promise.all([refresh(first), refresh(first, other)]);
    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(await refreshRefusal(first)).toBe('TOKEN_REVOKED');
    expect(await refreshRefusal(again)).toBe('TOKEN_REVOKED');
  });

  it('AUTH-10: after a repeated response the next refresh is valid', async () => {
    const first = await one.signedIn('/v1/accounts', newcomer());
    await refresh(first);
    const again = await refresh(first, other);
    const next = await refresh(again);
    expect(await me(next)).toBe('none');
  });

  it('AUTH-11: an invented token, the secret of another session or an access token has no effect on a session', async () => {
    const signedIn = await one.signedIn('/v1/accounts', newcomer());
    const stranger = await one.signedIn('/v1/accounts', newcomer());
    const [id] = signedIn.refreshToken.split('.') as [string];
    const invented = [
      `${id}.${stranger.refreshToken.split('.')[1]}`,
      `${id}.${Buffer.alloc(48, 7).toString('base64url')}`,
      `${id}.x`,
      id,
      `${signedIn.refreshToken}=`,
      `${signedIn.refreshToken}.x`,
      signedIn.token.slice(0, 256),
    ];
    for (const refreshToken of invented)
      expect(await one.refusal('POST', '/v1/token', { body: { refreshToken } })).toBe('TOKEN_INVALID');
    expect(await me(await refresh(signedIn))).toBe('none');
    expect(await me({ ...signedIn, token: signedIn.refreshToken })).toBe('TOKEN_INVALID');
  });

  it('AUTH-25: refresh requests are counted by session, tokens that belong to no session by address', async () => {
    const address = '10.9.9.9';
    const post = (refreshToken: string) =>
      fetch(`${harness.url}/v1/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
        body: JSON.stringify({ refreshToken }),
      });
    const signedIn = await one.signedIn('/v1/accounts', newcomer());
    const limiter = harness.redis('STATE');
    const countsOf = async () =>
      (await limiter.keys('main:rl:standard:*')).map((key) => key.slice('main:rl:standard:'.length));
    expect((await post('nonsense')).status).toBe(401);
    const before = await countsOf();
    expect((await post(signedIn.refreshToken)).status).toBe(200);
    const added = (await countsOf()).filter((key) => !before.includes(key));
    expect(added).toEqual([`s-${signedIn.refreshToken.split('.')[0]}`]);
    expect(before.some((key) => key.startsWith('a-'))).toBe(true);
  });

  it('AUTH-25: invented tokens for sessions of their own are counted by their address, at sign-out too', async () => {
    const limiter = harness.redis('STATE');
    const keysOf = async () => (await limiter.keys('main:rl:standard:*')).sort();
    const post = (path: string) =>
      fetch(harness.url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '10.9.9.10' },
        body: JSON.stringify({
          refreshToken: `${randomUUID()}.${randomBytes(48).toString('base64url')}.${'A'.repeat(22)}`,
        }),
      });
    await post('/v1/sign-out');
    const before = await keysOf();
    expect(before.some((key) => key.includes(':a-'))).toBe(true);
    for (const path of ['/v1/token', '/v1/sign-out', '/v1/token']) await post(path);
    expect(await keysOf()).toEqual(before);
  });

  it('AUTH-12: signing out ends one session at every node; repeating it changes nothing', async () => {
    const person = newcomer();
    const gone = await one.signedIn('/v1/accounts', person);
    const stays = await other.signedIn('/v1/sign-in', { name: person.login, password: PASSWORD });
    const body = { refreshToken: gone.refreshToken };
    expect(await one.refusal('POST', '/v1/sign-out', { body })).toBe('none');
    expect(await one.refusal('POST', '/v1/sign-out', { body })).toBe('none');
    expect(await me(gone)).toBe('TOKEN_REVOKED');
    await expect.poll(() => me(gone, other)).toBe('TOKEN_REVOKED');
    expect(await refreshRefusal(gone, other)).toBe('TOKEN_REVOKED');
    expect(await me(stays)).toBe('none');
    expect(await me(await refresh(stays))).toBe('none');
  });

  it('AUTH-13: signing out everywhere ends all sessions at once, and the next sign-in is valid at that very moment', async () => {
    const person = newcomer();
    const sessions = [await one.signedIn('/v1/accounts', person)];
    const credentials = { name: person.login, password: PASSWORD };
    for (const caller of [one, other]) sessions.push(await caller.signedIn('/v1/sign-in', credentials));
    const token = sessions[1]?.token ?? '';
    expect(await one.refusal('POST', '/v1/sign-out-everywhere', { token })).toBe('none');
    const next = await other.signedIn('/v1/sign-in', credentials);
    for (const session of sessions) {
      expect(await me(session)).toBe('TOKEN_REVOKED');
      await expect.poll(() => me(session, other)).toBe('TOKEN_REVOKED');
      expect(await refreshRefusal(session)).toBe('TOKEN_REVOKED');
    }
    for (const caller of [one, other]) expect(await me(next, caller)).toBe('none');
  });

  it('AUTH-13: a token of a node whose clock is ahead is revoked, and the next sign-in is valid', async () => {
    const person = newcomer();
    const session = await one.signedIn('/v1/accounts', person);
    const sessionId = sessionIdSchema.parse(session.refreshToken.split('.')[0]);
    const aheadMs = Date.now() + 20_000;
    const keys = await readTokenKeys(harness.cluster.env.RIDELINE_TOKEN_KEYS_FILE ?? '', {
      production: false,
    });
    const claims = { subject: session.id, role: 'rider', region: 'main', ttlSeconds: 900 } as const;
    const { token } = await issueToken(keys, { ...claims, sessionId, issuedAtMs: aheadMs });
    await db
      .collection(sessionCollection)
      .updateOne({ _id: sessionId as never }, { $set: { issuedAt: new Date(aheadMs) } });
    expect(await me({ ...session, token })).toBe('none');
    expect(await one.refusal('POST', '/v1/sign-out-everywhere', { token })).toBe('none');
    expect(await me({ ...session, token })).toBe('TOKEN_REVOKED');
    const next = await one.signedIn('/v1/sign-in', { name: person.login, password: PASSWORD });
    expect(await me(next)).toBe('none');
    expect(await me(await refresh(next))).toBe('none');
  });

  it('AUTH-14: one session too many ends the oldest', async () => {
    const person = newcomer();
    const oldest = await one.signedIn('/v1/accounts', person);
    const user = await db.collection(userCollection).findOne({ login: person.login });
    const template = await db.collection(sessionCollection).findOne({ userId: user?._id as never });
    // Nineteen more, without the wait for nineteen passwords.
    const more = Array.from({ length: 19 }, (_, index) => ({
      ...template,
      _id: `extra-${index}`,
      createdAt: new Date(Date.now() + index),
    }));
    await db.collection(sessionCollection).insertMany(more as never);
    const newest = await one.signedIn('/v1/sign-in', { name: person.login, password: PASSWORD });
    expect(await refreshRefusal(oldest)).toBe('TOKEN_REVOKED');
    expect(await me(oldest)).toBe('TOKEN_REVOKED');
    expect(await me(newest)).toBe('none');
  });
});

describe('accounts managed by admins', () => {
  const asAdmin = async (path: string, body: unknown, subject?: string) =>
    one.call('POST', path, { body, token: await harness.token('admin', subject) });
  const reason = 'the police asked for it';

  it('AUTH-15: an admin creates staff accounts that can sign in; others cannot, and each action is recorded with its reason', async () => {
    const newUser = {
      login: 'anna@example.com',
      password: PASSWORD,
      name: 'Anna',
      role: 'operator',
      reason: 'new colleague',
    };
    for (const role of ['rider', 'driver', 'operator'] as const)
      expect(
        await one.refusal('POST', '/v1/users', { body: newUser, token: await harness.token(role) }),
      ).toBe('WRONG_AUDIENCE');
    const response = await asAdmin('/v1/users', newUser);
    expect(response.status).toBe(201);
    const account = accountSchema.parse(await response.json());
    const anna = await one.signedIn('/v1/sign-in', { name: newUser.login, password: PASSWORD });
    expect([anna.role, anna.id]).toEqual(['operator', account.id]);
    expect((await asAdmin('/v1/users', newUser)).status).toBe(409);
    const entries = await db
      .collection(auditCollection)
      .find({ action: /^user\./ })
      .toArray();
    expect(entries.map(({ action, data }) => [action, data.reason])).toContainEqual([
      'user.created',
      'new colleague',
    ]);
    expect(JSON.stringify(entries)).not.toContain(PASSWORD);
  });

  it('AUTH-16: a suspended user loses access at once, at every node, until they are reinstated', async () => {
    const person = newcomer('driver');
    const session = await other.signedIn('/v1/accounts', person);
    expect((await asAdmin(`/v1/users/${session.id}/suspend`, { reason })).status).toBe(200);
    expect(await me(session)).toBe('TOKEN_REVOKED');
    await expect.poll(() => me(session, other)).toBe('TOKEN_REVOKED');
    expect(await refreshRefusal(session)).toBe('TOKEN_REVOKED');
    const credentials = { name: person.login, password: PASSWORD };
    expect(await one.refusal('POST', '/v1/sign-in', { body: credentials })).toBe('FORBIDDEN');
    const wrong = { ...credentials, password: 'wrong password' };
    expect(await one.refusal('POST', '/v1/sign-in', { body: wrong })).toBe('UNAUTHENTICATED');
    expect((await asAdmin(`/v1/users/${session.id}/suspend`, { reason })).status).toBe(200);
    expect((await asAdmin(`/v1/users/${session.id}/reinstate`, { reason })).status).toBe(200);
    expect(await me(await other.signedIn('/v1/sign-in', credentials))).toBe('none');
    expect(await refreshRefusal(session)).toBe('TOKEN_REVOKED');
  });

  it('AUTH-17: revoking ends sessions and also tokens of ids without an account; admins cannot suspend themselves or the last admin', async () => {
    const person = newcomer();
    const session = await one.signedIn('/v1/accounts', person);
    expect((await asAdmin(`/v1/users/${session.id}/revoke`, { reason })).status).toBe(200);
    expect(await me(session)).toBe('TOKEN_REVOKED');
    expect(await refreshRefusal(session)).toBe('TOKEN_REVOKED');
    const again = await one.signedIn('/v1/sign-in', { name: person.login, password: PASSWORD });
    expect(await me(again)).toBe('none');

    const token = await harness.token('rider', 'no-account');
    expect(await one.refusal('GET', '/v1/me', { token })).toBe('NOT_FOUND');
    expect((await asAdmin('/v1/users/no-account/revoke', { reason })).status).toBe(200);
    expect(await one.refusal('GET', '/v1/me', { token })).toBe('TOKEN_REVOKED');

    const boss = { login: 'boss@example.com', password: PASSWORD, name: 'Boss', role: 'admin', reason };
    const { id } = accountSchema.parse(await (await asAdmin('/v1/users', boss)).json());
    expect((await asAdmin(`/v1/users/${id}/suspend`, { reason })).status).toBe(403);
    expect((await asAdmin(`/v1/users/${id}/suspend`, { reason }, id)).status).toBe(403);
    expect((await asAdmin('/v1/users/nobody/suspend', { reason })).status).toBe(404);
    expect((await asAdmin(`/v1/users/${id}/suspend`, {})).status).toBe(400);
  });

  it('SEC-6: no password and no token of these tests is in a log', async () => {
    const logs = ['api-1', 'api-2'].map((name) => join(harness.cluster.dataDir, 'logs', `${name}.log`));
    for (const log of await Promise.all(logs.map((path) => readFile(path, 'utf8')))) {
      expect(log).toContain('/v1/token');
      expect(log).not.toContain(PASSWORD);
      expect(log).not.toContain('example.com');
      for (const secret of secrets) expect(log).not.toContain(secret);
    }
  });
});
