import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwksSchema, type SignedIn, type UserId } from '@rideline/contract';
import { openRevocations, POLL_MS } from '@rideline/fleet/accounts/revocation-list';
import { REVOCATION_METRICS } from '@rideline/fleet/accounts/revocation-metrics';
import { revocationKeptMs } from '@rideline/fleet/accounts/session-rules';
import { openDatabase } from '@rideline/fleet/collections';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { openMongo } from '@rideline/platform/mongo/mongo';
import { createDriver, openSession } from '@rideline/sdk';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AccountCaller, accountCaller } from '../harness/clients/account-caller.ts';
import { type ConnectRefused, connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { REGION } from '../harness/test-process.ts';

const PASSWORD = 'correct horse battery';
const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let keysFile: string;
let harness: ApiHarness;
let callers: AccountCaller[];
let gateways: string[];
let people = 0;
const open: RawClient[] = [];

const urlOf = (name: string) =>
  `http://127.0.0.1:${harness.cluster.processes.find((each) => each.name === name)?.port}`;

async function register(role: 'rider' | 'driver' = 'rider') {
  people++;
  const credentials = { name: `socket-${people}@example.com`, password: PASSWORD };
  const { name: login } = credentials;
  const body = { login, password: PASSWORD, name: 'Somebody', role };
  const signedIn = await caller(0).signedIn('/v1/accounts', body);
  return { credentials, signedIn };
}
function caller(index: number): AccountCaller {
  const found = callers[index];
  if (found === undefined) throw new Error(`there is no API node ${index}`);
  return found;
}
async function connect(gateway: number, namespace: string, token: string, auth: object = {}) {
  const client = await connectRaw(gateways[gateway] ?? '', namespace, token, {
    auth: { token, protocol: 1, sdk: 'test/1', ...auth },
  });
  open.push(client);
  return client;
}
const refusalOf = (gateway: number, namespace: string, token: string, auth?: object) =>
  connect(gateway, namespace, token, auth).then(
    () => 'none',
    (error: ConnectRefused) => error.data?.code,
  );
/** Expects a `goodbye` and a closed socket before a node would have learned of it by reading MongoDB. */
async function closedAtOnce(client: RawClient, code = 'TOKEN_REVOKED') {
  await vi.waitFor(() => expect(client.socket.connected).toBe(false), {
    timeout: POLL_MS - 500,
    interval: 5,
  });
  expect(client.received('goodbye')).toEqual([{ code }]);
}
const me = (signedIn: SignedIn, index = 0) =>
  caller(index).refusal('GET', '/v1/me', { token: signedIn.token });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-revocation-'));
  keysFile = join(folder, 'keys.json');
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  await writeFile(keysFile, JSON.stringify({ keys: [{ kid: 'dev-first', jwk }], signWith: 'dev-first' }));
  harness = await startApiHarness({ apis: 2, gateways: 2, env: { RIDELINE_TOKEN_KEYS_FILE: keysFile } });
  callers = ['api-1', 'api-2'].map((name) => accountCaller(urlOf(name)));
  gateways = ['gateway-1', 'gateway-2'].map(urlOf);
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(async () => {
  await harness?.stop();
  await rm(folder, { recursive: true });
});

describe('sockets of revoked tokens', () => {
  it("AUTH-18: all of a user's sockets are closed in under a second, on every node, and no others", async () => {
    const { credentials, signedIn } = await register();
    const second = await caller(1).signedIn('/v1/sign-in', credentials);
    const stranger = (await register()).signedIn;
    const own = await Promise.all([
      connect(0, '/rider', signedIn.token),
      connect(1, '/rider', signedIn.token),
      connect(1, '/rider', second.token),
    ]);
    const others = await Promise.all([
      connect(0, '/rider', stranger.token),
      connect(1, '/rider', stranger.token),
    ]);
    expect(await caller(1).refusal('POST', '/v1/sign-out-everywhere', { token: second.token })).toBe('none');
    for (const client of own) await closedAtOnce(client);
    for (const client of others) expect(client.socket.connected).toBe(true);
    for (const gateway of [0, 1])
      expect(await refusalOf(gateway, '/rider', signedIn.token)).toBe('TOKEN_REVOKED');
  });

  it('AUTH-18: a client that was cut off and comes back with its old session finds nothing to recover', async () => {
    const { signedIn } = await register('driver');
    const client = await connect(0, '/driver', signedIn.token);
    const { id: sid } = client.socket;
    // The connection is cut before the server can send anything.
    client.socket.io.engine.close();
    const admin = await harness.token('admin');
    const path = `/v1/users/${signedIn.id}/suspend`;
    expect(await caller(0).refusal('POST', path, { token: admin, body: { reason: 'stolen phone' } })).toBe(
      'none',
    );
    for (const gateway of [0, 1])
      await expect
        .poll(() => refusalOf(gateway, '/driver', signedIn.token, { pid: sid, offset: '0-0' }))
        .toMatch(/TOKEN_REVOKED|VALIDATION/);
    for (const gateway of [0, 1])
      expect(await refusalOf(gateway, '/driver', signedIn.token)).toBe('TOKEN_REVOKED');
  });

  it('AUTH-19: a session that ends closes its own sockets, not those of another session', async () => {
    const { credentials, signedIn } = await register('driver');
    const other = await caller(0).signedIn('/v1/sign-in', credentials);
    const ends = await connect(0, '/driver', signedIn.token);
    const body = { refreshToken: signedIn.refreshToken };
    expect(await caller(1).refusal('POST', '/v1/sign-out', { body })).toBe('none');
    await closedAtOnce(ends);
    const stays = await connect(1, '/driver', other.token);
    expect(await stays.ask('sync', {})).toMatchObject({ ok: true });
    const { refreshToken } = other;
    await caller(0).signedIn('/v1/token', { refreshToken });
    await caller(0).signedIn('/v1/token', { refreshToken });
    expect(await caller(0).refusal('POST', '/v1/token', { body: { refreshToken } })).toBe('TOKEN_REVOKED');
    await closedAtOnce(stays);
  });

  it('AUTH-20: a connection outlives its token by sending the next one of the same user, and of no other', async () => {
    const { signedIn } = await register();
    const shortLived = async (subject: string) =>
      connect(0, '/rider', await harness.token('rider', subject, 2));
    const [renewed, expires] = await Promise.all([shortLived(signedIn.id), shortLived('somebody-else')]);
    const renew = (client: RawClient, token: string) => client.ask('auth:renew', { token });
    expect(await renew(renewed, signedIn.token)).toMatchObject({
      ok: true,
      expiresAt: Date.parse(signedIn.expiresAt),
    });
    expect(await renew(expires, signedIn.token)).toMatchObject({ ok: false, code: 'FORBIDDEN' });
    expect(await renew(expires, await harness.token('driver', 'somebody-else'))).toMatchObject({
      code: 'WRONG_AUDIENCE',
    });
    expect(await renew(expires, 'x')).toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await renew(expires, signedIn.refreshToken)).toMatchObject({ code: 'TOKEN_INVALID' });
    await vi.waitFor(() => expect(expires.socket.connected).toBe(false), { timeout: 30_000 });
    expect(expires.received('goodbye')).toEqual([{ code: 'TOKEN_EXPIRED' }]);
    expect(await renewed.ask('time', {})).toMatchObject({ ok: true });
    // A renewed token is revoked like any other.
    await caller(1).refusal('POST', '/v1/sign-out-everywhere', { token: signedIn.token });
    await closedAtOnce(renewed);
  });
});

describe('the SDK', () => {
  it("SDK-35: a driver's connection outlives its first token, and ends with the session", async () => {
    const { credentials, signedIn } = await register('driver');
    let tell: (token: string) => void = () => undefined;
    const shortEndsMs = Date.now() + 2000;
    const short = await harness.token('driver', signedIn.id, 2);
    const onToken = (listener: (token: string) => void) => {
      tell = listener;
      return () => undefined;
    };
    const renewing = createDriver({ url: gateways[0] ?? '', token: { token: async () => short, onToken } });
    const kept: string[] = [];
    const ended: string[] = [];
    const session = await openSession(
      {
        url: urlOf('api-1'),
        onRefreshToken: (token) => void kept.push(token),
        onEnded: (code) => ended.push(code),
      },
      { login: credentials.name, password: PASSWORD },
    );
    const driver = createDriver({ url: gateways[1] ?? '', token: session });
    const stopped: (string | undefined)[] = [];
    driver.on('stopped', (advice) => stopped.push(advice?.code));
    try {
      renewing.connect();
      await vi.waitFor(() => expect(renewing.state.kind).toBe('connected'), {
        timeout: 20_000,
        interval: 20,
      });
      tell(signedIn.token);
      // Two rounds of the guard that closes expired connections.
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(shortEndsMs + 1000), 5000);
      expect([renewing.state.kind, renewing.stats().connects]).toEqual(['connected', 1]);
      renewing.close();

      driver.connect();
      await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), { timeout: 20_000, interval: 20 });
      expect((await session.fetch('/v1/me')).status).toBe(200);
      expect(kept).toHaveLength(1);
      const token = await harness.token('admin');
      const body = { reason: 'a lost phone' };
      await caller(0).refusal('POST', `/v1/users/${signedIn.id}/suspend`, { token, body });
      await vi.waitFor(() => expect(ended).toEqual(['TOKEN_REVOKED']), { timeout: 30_000, interval: 20 });
      await vi.waitFor(() => expect(stopped).toEqual(['TOKEN_REVOKED']), { timeout: 30_000, interval: 20 });
    } finally {
      renewing.close();
      driver.close();
    }
  });
});

describe('the command line', () => {
  it('AUTH-24: the command line creates the first admin, with the password on standard input', async () => {
    const run = (args: string[], input: string) =>
      spawnSync(process.execPath, ['workers/src/commands/create-admin.ts', ...args], {
        cwd: ROOT,
        input,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ...harness.cluster.env },
      });
    const args = ['--login', 'First@Example.com', '--name', 'First'];
    const made = run(args, `${PASSWORD}\n`);
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(made.stdout).not.toContain(PASSWORD);
    expect(run(args, `${PASSWORD}\n`).status).toBe(1);
    const credentials = { name: 'first@example.com', password: PASSWORD };
    expect((await caller(0).signedIn('/v1/sign-in', credentials)).role).toBe('admin');
  });
});

describe('keys that rotate while everything runs', () => {
  it('AUTH-22: after ./rideline rotate-keys new tokens carry the new key, and old ones stay valid until its date', async () => {
    const { signedIn } = await register();
    const jwks = async (index: number) =>
      jwksSchema.parse(await (await caller(index).call('GET', '/.well-known/jwks.json')).json());
    expect((await jwks(0)).keys.map(({ kid }) => kid)).toEqual(['dev-first']);
    const args = ['infra/local/rotate-keys.ts', '--file', keysFile, '--lead', '3s', '--keep', '10m'];
    execFileSync(process.execPath, args, { cwd: ROOT });
    for (const index of [0, 1])
      await vi.waitFor(async () => expect((await jwks(index)).keys).toHaveLength(2), {
        timeout: 20_000,
        interval: 100,
      });
    const kidOf = ({ token }: SignedIn) =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid as string;
    expect(kidOf(signedIn)).toBe('dev-first');
    let { refreshToken } = signedIn;
    await vi.waitFor(
      async () => {
        const next = await caller(1).signedIn('/v1/token', { refreshToken });
        ({ refreshToken } = next);
        expect(kidOf(next)).not.toBe('dev-first');
        for (const gateway of [0, 1]) expect(await refusalOf(gateway, '/rider', next.token)).toBe('none');
        expect(await me(next)).toBe('none');
        // A service of the fleet's operator verifies it by the public key list alone.
        const keySet = createRemoteJWKSet(new URL(`${urlOf('api-1')}/.well-known/jwks.json`));
        const { payload } = await jwtVerify(next.token, keySet, { issuer: 'rideline', audience: 'rider' });
        expect(payload.sub).toBe(signedIn.id);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(await me(signedIn)).toBe('none');
    expect(await readFile(keysFile, 'utf8')).toContain('notAfter');
    const again = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect([again.status, again.stderr]).toEqual([0, '']);
  });
});

describe('without Redis, without Mongo', () => {
  it('AUTH-23: with Mongo away a node that starts reads revocations from the stream, and continues to receive them', async () => {
    const { signedIn } = await register();
    const { token } = signedIn;
    await caller(0).refusal('POST', '/v1/sign-out-everywhere', { token });
    const uri = 'mongodb://127.0.0.1:9/rideline?serverSelectionTimeoutMS=200';
    const mongo = openMongo({ uri, name: 'test', log: harness.log });
    const revoked: string[] = [];
    const revocations = await openRevocations({
      tail: harness.redis('STATE', 'blocking'),
      db: openDatabase(mongo),
      region: REGION,
      wallMs: Date.now,
      keptMs: revocationKeptMs(false),
      health: { degraded: () => undefined, cleared: () => undefined },
      metrics: createMetrics('test', REVOCATION_METRICS).metrics,
      log: harness.log,
    });
    try {
      const issuedAtMs = Date.now() - 60_000;
      const identity = (userId: UserId) => ({ userId, sessionId: undefined, issuedAtMs });
      // A start waits a second for the stream; on a busy machine the first read may take longer.
      await vi.waitFor(() => expect(revocations.isRevoked(identity(signedIn.id))).toBe(true), {
        timeout: 20_000,
        interval: 20,
      });
      revocations.onRevoked((userId) => revoked.push(userId));
      const next = (await register()).signedIn;
      expect(revocations.isRevoked(identity(next.id))).toBe(false);
      await caller(1).refusal('POST', '/v1/sign-out-everywhere', { token: next.token });
      await vi.waitFor(() => expect(revoked).toEqual([next.id]), { timeout: 20_000, interval: 5 });
      expect(revocations.isRevoked(identity(next.id))).toBe(true);
    } finally {
      revocations.close();
      // Its first attempt to connect takes 5 s to fail.
      void mongo.close();
    }
  });

  it('AUTH-23: with Redis paused a revocation is stored in Mongo: a node that starts knows it, running nodes learn it', async () => {
    const { signedIn } = await register();
    const socket = await connect(0, '/rider', signedIn.token);
    await harness.cluster.pause('redis-state');
    try {
      const { token } = signedIn;
      expect(await caller(0).refusal('POST', '/v1/sign-out-everywhere', { token })).toBe('none');
      expect(await me(signedIn)).toBe('TOKEN_REVOKED');
      await harness.cluster.kill('api-2', 'SIGKILL');
      await harness.cluster.start('api-2');
      expect(await me(signedIn, 1)).toBe('TOKEN_REVOKED');
      await vi.waitFor(() => expect(socket.socket.connected).toBe(false), { timeout: 15_000, interval: 50 });
      expect(socket.received('goodbye')).toEqual([{ code: 'TOKEN_REVOKED' }]);
    } finally {
      await harness.cluster.resume('redis-state');
    }
  });
});
