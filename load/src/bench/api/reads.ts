import { randomUUID } from 'node:crypto';
import { driverIdSchema, regionIdSchema } from '@rideline/contract';
import { createAccount } from '@rideline/fleet/accounts/account-store';
import { openDatabase } from '@rideline/fleet/collections';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import type { Cluster } from '@rideline/infra/local/cluster';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis } from '@rideline/platform/redis/redis';
import { ApiClient } from '../../cluster/api-client.ts';
import { parseMetrics, sumOf } from '../../cluster/prometheus.ts';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { type CallFigures, createCaller, type PlannedCall } from '../generator/api-caller.ts';
import { connectBenchMongo } from '../stack/bench-mongo.ts';
import { apiUrl } from './grants.ts';

/** What is read, its share of the reads, and how many different keys there are. Keys are Zipf-distributed. */
export const READ_MIX = {
  profile: { share: 0.4, keys: 200 },
  search: { share: 0.3, keys: 300 },
  catalogue: { share: 0.2, keys: 1 },
  track: { share: 0.1, keys: 200 },
} as const;
export type ReadKind = keyof typeof READ_MIX | 'tripList';
const KINDS = Object.keys(READ_MIX) as (keyof typeof READ_MIX)[];

/** Reads of the mix per second, and pages of the trip list beside it. */
export const READS_PER_SECOND = 400;
export const LISTS_PER_SECOND = 20;

export interface ReadFigures {
  /** away: the cache Redis is killed, so that every read goes to MongoDB or the state Redis. */
  readonly cache: 'on' | 'away';
  readonly calls: Readonly<Record<ReadKind, Omit<CallFigures, 'bodies'>>>;
  /** CPU of each program per read, µs. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>;
  /** Share of the reads that a cache could answer, by cache; empty while it is away. */
  readonly hitRates: Readonly<Record<string, number>>;
}

const DRIVERS = 2000;
const random = seededRandom(11);
const CENTRE = { lat: 37.76, lng: -122.43 };
const nearCentre = () => ({
  lat: CENTRE.lat + (random() - 0.5) * 0.1,
  lng: CENTRE.lng + (random() - 0.5) * 0.12,
});
const REGION = regionIdSchema.parse('main');
const ALTERNATIONS = 3;

/** Ranks 0 … keys − 1, the first ones far more often (exponent 1). */
function zipf(keys: number): () => number {
  const weights = Array.from({ length: keys }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return () => {
    let left = random() * sum;
    for (let rank = 0; rank < keys; rank += 1) {
      left -= weights[rank] as number;
      if (left <= 0) return rank;
    }
    return keys - 1;
  };
}

interface World {
  /** Tokens of accounts. */
  readonly people: readonly string[];
  readonly places: readonly { lat: number; lng: number }[];
  readonly trips: readonly { tripId: string; token: string }[];
  readonly operator: string;
}

/** Reads with the cache and without it, in turn. */
export async function measureReads(
  cluster: Cluster,
  issue: TokenIssuer,
  options: { quick: boolean; onProgress: (line: string) => void; signal: AbortSignal },
): Promise<ReadFigures[]> {
  options.onProgress('reads: accounts, drivers and trips');
  const world = await fill(cluster, issue);
  const figures: ReadFigures[] = [];
  const ms = options.quick ? 6000 : 20_000;
  for (let turn = 0; turn < (options.quick ? 1 : ALTERNATIONS); turn += 1) {
    for (const cache of ['on', 'away'] as const) {
      options.signal.throwIfAborted();
      options.onProgress(`reads: ${READS_PER_SECOND}/s, cache ${cache}`);
      if (cache === 'away') await cluster.kill('redis-cache');
      figures.push(await readFor(cluster, world, cache, ms));
      if (cache === 'away') await cluster.start('redis-cache');
    }
  }
  return figures;
}

/** Accounts, stationary drivers, and trips in progress. */
async function fill(cluster: Cluster, issue: TokenIssuer): Promise<World> {
  const operator = await issue('operator', 'bench');
  const api = new ApiClient(apiUrl(cluster), operator);
  const people = await addPeople(cluster, issue);
  await placeAll(cluster);
  const trips = [];
  for (let index = 0; index < READ_MIX.track.keys; index += 1) {
    const tripId = randomUUID();
    const riderId = `bench-rider-${index}`;
    const [pickup, dropoff] = [nearCentre(), nearCentre()];
    const at = new Date().toISOString();
    await api.call('POST', '/v1/dev/trips', { tripId, riderId, driverId: `d-${index}`, pickup, dropoff, at });
    trips.push({ tripId, token: await issue('rider', riderId) });
  }
  return { people, places: Array.from({ length: READ_MIX.search.keys }, nearCentre), trips, operator };
}

/** Written directly to MongoDB: registration is rate-limited by address, and mostly costs the password hash. @returns their tokens */
async function addPeople(cluster: Cluster, issue: TokenIssuer): Promise<string[]> {
  const mongo = await connectBenchMongo(cluster.env.MONGODB_URI);
  try {
    const store = { db: openDatabase(mongo), region: REGION, wallMs: Date.now };
    const tokens: string[] = [];
    for (let index = 0; index < READ_MIX.profile.keys; index += 1) {
      const account = { login: `bench-${index}@example.org`, passwordHash: '-', name: `Rider ${index}` };
      const { _id } = await createAccount(store, { ...account, role: 'rider' });
      tokens.push(await issue('rider', _id));
    }
    return tokens;
  } finally {
    await mongo.close();
  }
}

async function placeAll(cluster: Cluster): Promise<void> {
  const log = createLogger({ process: 'bench', level: 'silent' });
  const url = cluster.env.REDIS_STATE_URL ?? '';
  const redis = await connectRedis({ url, name: 'bench', use: 'command', log });
  const nowMs = Date.now();
  // Last seen in one hour from now: no driver becomes stale during the bench.
  const seenAt = nowMs + 3_600_000;
  const seen = { t: seenAt, receivedAt: seenAt };
  const drivers = Array.from({ length: DRIVERS }, (_, index): Placement => {
    const at = { bootIndex: 1, seq: 1, ...seen, heading: 90, speed: 10, ...nearCentre() };
    return {
      driverId: driverIdSchema.parse(`d-${index}`),
      epoch: 1,
      status: 'available',
      position: at,
    };
  });
  await placeDrivers(redis, REGION, drivers, nowMs).finally(() => quitRedis(redis));
}

async function readFor(
  cluster: Cluster,
  world: World,
  cache: ReadFigures['cache'],
  ms: number,
): Promise<ReadFigures> {
  const plans = planned(world, ms);
  const caller = createCaller(apiUrl(cluster));
  const programs = programsOf(cluster);
  const before = { cpu: readCpu(programs), reads: await cacheReads(cluster) };
  try {
    const ran = await Promise.all(
      plans.map(async ({ kind, calls }) => {
        const { bodies: _, ...figures } = await caller.call(calls, (calls.length * 1000) / ms);
        return [kind, figures] as const;
      }),
    );
    const used = cpuSince(readCpu(programs), before.cpu);
    const reads = plans.reduce((sum, { calls }) => sum + calls.length, 0);
    return {
      cache,
      calls: Object.fromEntries(ran) as ReadFigures['calls'],
      cpuMicroseconds: Object.fromEntries([...used].map(([name, cpu]) => [name, cpu / reads])),
      hitRates: cache === 'on' ? hitRates(before.reads, await cacheReads(cluster)) : {},
    };
  } finally {
    caller.close();
  }
}

function planned(world: World, ms: number): { kind: ReadKind; calls: PlannedCall[] }[] {
  const total = (READS_PER_SECOND * ms) / 1000;
  const pick = Object.fromEntries(KINDS.map((kind) => [kind, zipf(READ_MIX[kind].keys)]));
  const one: Record<ReadKind, () => PlannedCall> = {
    profile: () => ({ path: '/v1/me', token: world.people[pick.profile?.() ?? 0] as string }),
    search() {
      const { lat, lng } = world.places[pick.search?.() ?? 0] as { lat: number; lng: number };
      return { path: `/v1/drivers/search?lat=${lat}&lng=${lng}&radius=3000&limit=10`, token: world.operator };
    },
    catalogue: () => ({ path: '/v1/catalogue', token: world.operator }),
    track() {
      const { tripId, token } = world.trips[pick.track?.() ?? 0] as World['trips'][number];
      return { path: `/v1/trips/${tripId}`, token };
    },
    tripList: () => ({ path: '/v1/trips?limit=50', token: world.operator }),
  };
  const counts = KINDS.map((kind) => [kind, Math.round(total * READ_MIX[kind].share)] as const);
  const lists = Math.round((LISTS_PER_SECOND * ms) / 1000);
  return [...counts, ['tripList', lists] as const].map(([kind, count]) => ({
    kind,
    calls: Array.from({ length: count }, one[kind]),
  }));
}

type Reads = Readonly<Record<string, { all: number; found: number }>>;

async function cacheReads(cluster: Cluster): Promise<Reads> {
  const api = cluster.processes.find(({ role }) => role === 'api');
  const answer = await fetch(`http://127.0.0.1:${api?.innerPort}/metrics`);
  const samples = parseMetrics(await answer.text());
  const of = (cache: string, outcome?: string) =>
    sumOf(samples, 'rideline_cache_reads_total', outcome === undefined ? { cache } : { cache, outcome });
  return Object.fromEntries(
    ['profile', 'search', 'catalogue'].map((cache) => [
      cache,
      { all: of(cache), found: of(cache, 'hit') + of(cache, 'process') },
    ]),
  );
}

function hitRates(before: Reads, after: Reads): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([cache, { all, found }]) => {
      const earlier = before[cache] ?? { all: 0, found: 0 };
      return [cache, (found - earlier.found) / Math.max(1, all - earlier.all)];
    }),
  );
}
