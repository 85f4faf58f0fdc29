import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionId } from '@rideline/contract';
import { requestLimit } from '@rideline/fleet/redis/redis-keys';
import type { Cluster } from '@rideline/infra/local/cluster';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { createTokenIssuer, type TokenIssuer } from '@rideline/load/cluster/token-issuer';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ServiceProcess, startService } from '../harness/processes/service-process.ts';

/** T13 of docs/design/reliability.md, "Test programme": 100 users with `test --faults`. */
const FULL = process.env.TEST_MODE === 'faults';
const USERS = FULL ? 100 : 8;
const BUDGET = 100;
const TIMES = 3;
const WINDOW_MS = 60_000;
/** How a user's requests are spread over the three nodes: as uneven as with a sticky load balancer. */
const SPREAD = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2] as const;
const CLOCK_AHEAD_MS = 300_000;
const CUT_MS = FULL ? 10_000 : 3000;
const PARALLEL = 24;

let folder: string;
let cluster: Cluster;
let token: TokenIssuer;
let ahead: ServiceProcess;
let nodes: string[];
let redis: Redis;
const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL * 2 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-limits-'));
  cluster = await startCluster({
    dataDir: folder,
    servers: ['redis-log', 'redis-state', 'redis-cache'],
    scale: { gateway: 0, api: 2, workers: 0 },
    // This test is not about overload, which a small machine reaches at full size.
    env: { RIDELINE_LOG_LEVEL: 'error', RIDELINE_SHED_LAG_MS: '600000' },
  });
  ahead = await startService('api', 'api-ahead', {
    nodeOptions: ['--import', './tests/harness/faults/clock-ahead.ts'],
    env: { ...cluster.env, TEST_CLOCK_AHEAD_MS: String(CLOCK_AHEAD_MS) },
  });
  nodes = [...cluster.processes.map(({ port }) => `http://127.0.0.1:${port}`), ahead.url];
  token = await createTokenIssuer(cluster.env);
  redis = new Redis(cluster.env.REDIS_STATE_URL ?? '');
  // Each node knows the two others: they share the budgets while Redis is away.
  await vi.waitFor(
    async () => {
      const metrics = await (await fetch(`${ahead.innerUrl}/metrics`)).text();
      expect(metrics).toMatch(/rideline_request_limit_nodes\{.*\} 3/);
    },
    { timeout: 60_000, interval: 200 },
  );
});
afterAll(async () => {
  agent.destroy();
  redis?.disconnect();
  await ahead?.end();
  await cluster?.stop();
  await rm(folder, { recursive: true });
});

/**
 * One standard request of a user. The query is invalid on purpose: an allowed request is answered with 400 after it was counted, and nothing
 * behind the limits takes part.
 */
function ask(node: string, bearer: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${bearer}` };
    request(`${node}/v1/trips?limit=none`, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

interface User {
  readonly name: string;
  readonly bearer: string;
  sent: number;
  accepted: number;
}

const usersNamed = (kind: string, count = USERS): Promise<User[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const name = `${kind}-${index}`;
      return { name, bearer: await token('rider', name), sent: 0, accepted: 0 };
    }),
  );

/** Each user sends `count` requests, all users at once, `PARALLEL` in flight. */
async function send(users: readonly User[], count: number): Promise<void> {
  const plan = Array.from({ length: count }, () => users).flat();
  let next = 0;
  const worker = async () => {
    for (;;) {
      const user = plan[next];
      next += 1;
      if (user === undefined) return;
      const node = nodes[SPREAD[user.sent % SPREAD.length] ?? 0] as string;
      user.sent += 1;
      const status = await ask(node, user.bearer);
      expect([400, 429]).toContain(status);
      if (status === 400) user.accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** Each node counts in Redis again: a request of an unrelated user is counted there. */
async function countedByRedis(): Promise<void> {
  const innerUrls = [
    ...cluster.processes.map((node) => `http://127.0.0.1:${node.innerPort}`),
    ahead.innerUrl,
  ];
  const byRedis = async (innerUrl: string) => {
    const metrics = await (await fetch(`${innerUrl}/metrics`)).text();
    const counts = metrics.matchAll(/rideline_request_limit_total\{.*by="redis".*\} (\d+)/g);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const [stranger] = await usersNamed('stranger', 1);
  await Promise.all(
    nodes.map(async (node, index) => {
      const innerUrl = innerUrls[index] as string;
      const before = await byRedis(innerUrl);
      await vi.waitFor(
        async () => {
          await ask(node, stranger?.bearer ?? '');
          expect(await byRedis(innerUrl)).toBeGreaterThan(before);
        },
        { timeout: 60_000, interval: 200 },
      );
    }),
  );
}

/** Jain's fairness index: 1 when all got the same. */
function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum ** 2 / (values.length * values.reduce((total, value) => total + value ** 2, 0));
}

it(`LIM-24: ${USERS} users at ${TIMES} times their budget over three nodes, one of them five minutes ahead: each user gets their budget`, async () => {
  const answer = await fetch(`${ahead.url}/v1/time`);
  const { wallMs } = (await answer.json()) as { wallMs: number };
  // The fault is in effect: the third node's clock differs.
  expect(wallMs - Date.now()).toBeGreaterThan(CLOCK_AHEAD_MS / 2);
  const users = await usersNamed('even');
  await send(users, BUDGET * TIMES);
  const accepted = users.map((user) => user.accepted);
  process.stdout.write(
    `limits: accepted ${Math.min(...accepted)} to ${Math.max(...accepted)} of ${BUDGET}\n`,
  );
  for (const count of accepted) {
    expect(count).toBeGreaterThanOrEqual(BUDGET * 0.98);
    expect(count).toBeLessThanOrEqual(BUDGET * 1.02);
  }
  expect(jain(accepted)).toBeGreaterThanOrEqual(0.99);
  const headers = { authorization: `Bearer ${users[0]?.bearer}` };
  const refused = await fetch(`${nodes[0]}/v1/trips?limit=none`, { headers });
  const problem = (await refused.json()) as { code: string; retryAfterMs: number };
  expect([refused.status, problem.code]).toEqual([429, 'SCALE_003']);
  expect(refused.headers.get('ratelimit-policy')).toBe(`"standard";q=${BUDGET};w=60`);
  expect(refused.headers.get('ratelimit')).toMatch(/^"standard";r=0;t=\d{1,2}$/);
  expect(Number(refused.headers.get('retry-after'))).toBe(Math.ceil(problem.retryAfterMs / 1000));
  const key = (user: User) => `${requestLimit('main' as RegionId, 'standard')}:u-${user.name}`;
  const ttls = await Promise.all(users.map((user) => redis.pttl(key(user))));
  // Whichever node started a window, Redis keeps it.
  expect(Math.max(...ttls)).toBeLessThanOrEqual(60_000);
  expect(Math.min(...ttls)).toBeGreaterThan(0);
});

it('LIM-25: with Redis cut in mid-window no user gets more than 1.2 times their budget before, during and after the outage together', async () => {
  // All of it has to lie within one window.
  const begun = await usersNamed('begun', USERS / 2);
  const fresh = await usersNamed('fresh', USERS / 2);
  const begunAt = performance.now();
  const all = [...begun, ...fresh];
  await send(begun, BUDGET / 2);
  const startedAt = performance.now();
  await cluster.pause('redis-state');
  try {
    await send(all, BUDGET * 2);
    await sleep(Math.max(0, CUT_MS - (performance.now() - startedAt)));
  } finally {
    await cluster.resume('redis-state');
  }
  // At least one request was allowed by a node alone; otherwise the cut had no effect.
  expect(Math.min(...fresh.map((user) => user.accepted))).toBeGreaterThan(BUDGET * 0.3);
  await countedByRedis();
  await send(all, BUDGET);
  const accepted = all.map((user) => user.accepted);
  process.stdout.write(
    `limits with Redis cut: accepted ${Math.min(...accepted)} to ${Math.max(...accepted)} of ${BUDGET}\n`,
  );
  const windows = Math.ceil((performance.now() - begunAt) / WINDOW_MS);
  expect(Math.max(...accepted)).toBeLessThanOrEqual(BUDGET * 1.2 * windows);
});
