import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverIdSchema, regionIdSchema } from '@rideline/contract';
import { type Placement, placeDrivers } from '@rideline/fleet/live-index';
import { createLiveSearch, type SearchQuery } from '@rideline/fleet/live-search';
import { geo, live, seen } from '@rideline/fleet/redis-keys';
import { ROOMY_LIMITS } from '@rideline/infra/local/roomy-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { systemClock } from '@rideline/platform/clock';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis';
import { createLogger } from '@rideline/platform/telemetry';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens';
import { machineText, quantile, spreadOf, spreadText, tableText } from './report.ts';

/**
 * `bench geo`: the search of 200,000 drivers over REST, open loop, beside 2,000 moving drivers a second;
 * and, without REST, the predicted radius against the asked one. Its servers are its own; the figures stand in
 * docs/decisions/0050-search-radius.md.
 */

const DRIVERS = 200_000;
const MOVES_PER_SECOND = 2000;
const MOVE_INTERVAL_MS = 250;
const RATES = [40, 100, 200, 300, 400, 500, 600, 800, 1000, 1300, 1600];
interface Rounds {
  readonly count: number;
  readonly ms: number;
}

const WARM_UP_MS = 3000;
const FRESH_MS = 3_600_000;
const P95_LIMIT_MS = 95;
/** The box of the research's measurement: 40 km to each side, drivers spread evenly. */
const CENTRE = { lat: 37.6, lng: -122.2 };
const HALF_LAT = 0.18;
const HALF_LNG = 0.227;

const region = regionIdSchema.parse('main');
const log = createLogger({ process: 'bench', level: 'silent' });
const randomIn = (centre: number, half: number) => centre + (Math.random() * 2 - 1) * half;

function somewhere(): { lat: number; lng: number } {
  return { lat: randomIn(CENTRE.lat, HALF_LAT), lng: randomIn(CENTRE.lng, HALF_LNG) };
}

function placement(index: number): Placement {
  const now = Date.now();
  const position = { bootIndex: 1, seq: 1, t: now, heading: 90, speed: 10, receivedAt: now, ...somewhere() };
  return {
    driverId: driverIdSchema.parse(`driver-${index}`),
    epoch: 1,
    status: 'available',
    position,
    seenAt: now,
  };
}

async function fill(redis: RedisClient): Promise<void> {
  for (let start = 0; start < DRIVERS; start += 5000) {
    const batch = Array.from({ length: 5000 }, (_, offset) => placement(start + offset));
    await placeDrivers(redis, region, batch, Date.now());
  }
}

/** The live index is written while it is searched, as gateways do. */
function keepMoving(redis: RedisClient): () => void {
  const perTick = (MOVES_PER_SECOND * MOVE_INTERVAL_MS) / 1000;
  const timer = setInterval(() => {
    const batch = Array.from({ length: perTick }, () => placement(Math.floor(Math.random() * DRIVERS)));
    placeDrivers(redis, region, batch, Date.now()).catch((error: Error) => console.error(error.message));
  }, MOVE_INTERVAL_MS);
  return () => clearInterval(timer);
}

interface Round {
  readonly latenciesMs: number[];
  readonly failed: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

function ask(url: string, token: string): Promise<boolean> {
  const { lat, lng } = somewhere();
  return new Promise((resolve) => {
    const options = { agent, headers: { Authorization: `Bearer ${token}` } };
    get(`${url}/v1/drivers/search?lat=${lat}&lng=${lng}&radius=3000&limit=10`, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });
}

/** Open loop: each request has its instant, and its latency counts from there, whether or not the one before is answered. */
async function runAt(rate: number, url: string, token: string, durationMs: number): Promise<Round> {
  const startedAt = performance.now();
  const total = Math.floor((rate * durationMs) / 1000);
  const latenciesMs: number[] = [];
  const running = new Set<Promise<void>>();
  let failed = 0;
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * rate) / 1000) + 1);
    for (; sent < due; sent++) {
      const dueAt = startedAt + (sent * 1000) / rate;
      const one = ask(url, token).then((ok) => {
        if (ok) latenciesMs.push(performance.now() - dueAt);
        else failed++;
        running.delete(one);
      });
      running.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  return { latenciesMs, failed };
}

async function measureRest(url: string, token: string, { count, ms }: Rounds): Promise<string> {
  const rows: string[][] = [];
  await runAt(40, url, token, WARM_UP_MS);
  for (const rate of RATES) {
    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) rounds.push(await runAt(rate, url, token, ms));
    const at = (q: number) => spreadOf(rounds.map(({ latenciesMs }) => quantile(latenciesMs, q)));
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
    rows.push([`${rate}/s`, spreadText(at(0.5)), spreadText(at(0.95)), spreadText(at(0.99)), String(failed)]);
    if (at(0.95).median > P95_LIMIT_MS || failed > 0) break;
  }
  return tableText(['searches', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'], rows);
}

/** What a search costs without REST: one after the other on one connection. */
async function perSecond(
  search: (query: SearchQuery) => Promise<unknown>,
  radiusMetres: number,
  durationOfOneMs: number,
): Promise<number> {
  const until = async (durationMs: number) => {
    const startedAt = performance.now();
    let searches = 0;
    for (; performance.now() - startedAt < durationMs; searches++) {
      await search({ ...somewhere(), radiusMetres, limit: 10, status: 'available' });
    }
    return (searches * 1000) / (performance.now() - startedAt);
  };
  await until(WARM_UP_MS / 3);
  return until(durationOfOneMs);
}

async function measureRadius(redis: RedisClient, { count, ms }: Rounds): Promise<string> {
  const predicted = createLiveSearch({ redis, region, clock: systemClock, freshMs: FRESH_MS });
  const asked = async ({ lat, lng, radiusMetres, limit, status }: SearchQuery) => {
    const key = geo(region, status);
    const ids = await redis.geosearch(
      key,
      'FROMLONLAT',
      lng,
      lat,
      'BYRADIUS',
      radiusMetres,
      'm',
      'ASC',
      'COUNT',
      limit + 7,
    );
    const members = ids as string[];
    await redis
      .pipeline()
      .zmscore(seen(region, status), ...members)
      .hmget(live(region), ...members)
      .exec();
  };
  const rows: string[][] = [];
  for (const radius of [1000, 3000, 10_000]) {
    const [ours, naive]: [number[], number[]] = [[], []];
    for (let round = 0; round < count; round++) {
      ours.push(await perSecond((query) => predicted.nearest(query), radius, ms / 5));
      naive.push(await perSecond(asked, radius, ms / 5));
    }
    rows.push([`${radius / 1000} km`, spreadText(spreadOf(ours), 0), spreadText(spreadOf(naive), 0)]);
  }
  return tableText(['asked radius', 'predicted radius, searches/s', 'asked radius, searches/s'], rows);
}

/** Prints its tables as it goes. Its servers are its own. */
export async function benchGeoSearch(options: { quick: boolean }): Promise<void> {
  const rounds: Rounds = options.quick ? { count: 1, ms: 5000 } : { count: 3, ms: 15_000 };
  // Before anything is started: what else runs on this machine spoils the figures.
  const loadBefore = loadavg()[0] ?? 0;
  const folder = await mkdtemp(join(tmpdir(), 'rideline-bench-'));
  const cluster = await startCluster({
    dataDir: folder,
    servers: ['redis-log', 'redis-state', 'redis-cache'],
    scale: { gateway: 0, api: 1, workers: 0 },
    env: {
      ...ROOMY_LIMITS,
      RIDELINE_SEARCH_CACHE_MS: '0',
      RIDELINE_SEARCH_FRESH_MS: String(FRESH_MS),
      RIDELINE_LOG_LEVEL: 'warn',
    },
  });
  try {
    const redis = await connectRedis({
      url: cluster.env.REDIS_STATE_URL ?? '',
      name: 'bench',
      use: 'command',
      log,
    });
    const keys = await readTokenKeys(cluster.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
    const { token } = await issueToken(keys, {
      subject: 'bench',
      role: 'operator',
      region,
      ttlSeconds: 3600,
    });
    const url = `http://127.0.0.1:${cluster.processes.find(({ role }) => role === 'api')?.port}`;
    await fill(redis);
    console.log(
      `${machineText()}\n${DRIVERS} drivers in 40 × 40 km, limit 10; median (least–greatest) of ${rounds.count} rounds of ${rounds.ms / 1000} s; load of the machine before: ${loadBefore.toFixed(1)}\n`,
    );
    console.log(`one connection, no REST, nobody moves\n${await measureRadius(redis, rounds)}\n`);
    const stop = keepMoving(redis);
    console.log(
      `REST, radius 3 km, open loop, ${MOVES_PER_SECOND} drivers placed a second beside it\n${await measureRest(url, token, rounds)}`,
    );
    stop();
    agent.destroy();
    await quitRedis(redis);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}
