import { loadavg } from 'node:os';
import {
  driverIdSchema,
  offerIdSchema,
  type Point,
  regionIdSchema,
  riderIdSchema,
  type TripId,
  tripIdSchema,
} from '@rideline/contract';
import { createDriverClaims, type DriverClaims } from '@rideline/fleet/live/driver-claims';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import { createLiveSearch, type LiveSearch } from '@rideline/fleet/live/live-search';
import {
  CROW_FLY_SPEED,
  crowFlySeconds,
  ETA_LIMIT_SECONDS,
  headingPenaltySeconds,
} from '@rideline/fleet/matching/eta';
import { type MatchedPair, type MatchRequest, planTick } from '@rideline/fleet/matching/match-tick';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { systemClock } from '@rideline/platform/process/clock';
import { createLogger } from '@rideline/platform/process/logger';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { type Spread, spreadOf } from '../spread.ts';
import { type MatchingDay, withinCity } from './day.ts';

/** Search, plan and claim as the matching role does them; MongoDB is left out. */
export interface ServerFigures {
  readonly drivers: number;
  readonly tripsPerTick: number;
  readonly rounds: number;
  readonly tripsPerSecond: Spread;
  /** Wall ms of one tick, and of its parts. */
  readonly tickMs: Spread;
  readonly searchMs: Spread;
  readonly planMs: Spread;
  readonly claimMs: Spread;
  readonly matchedPercent: number;
  readonly claimsFailed: number;
  /** CPU µs per trip: of this process, and of Redis. */
  readonly ownMicros: number;
  readonly redisMicros: number;
  readonly loadBefore: number;
}

const DRIVERS = 10_000;
/** As many trips as the matching role takes in one tick, and as many concurrent Redis calls. */
const TRIPS_PER_TICK = 500;
const AT_ONCE = 32;
/** Drivers that the matching role considers for one trip. */
const NEAREST = 20;
const WARM_UP_TICKS = 4;
const LEASE_MS = 30_000;
const FRESH_MS = 3_600_000;
/** Drivers and riders are where rides of the day began or ended, within this distance, degrees. */
const SPREAD_DEGREES = 0.004;

const region = regionIdSchema.parse('main');

interface Tick {
  readonly searchMs: number;
  readonly planMs: number;
  readonly claimMs: number;
  readonly matched: number;
  readonly failed: number;
}

export async function measureServers(
  day: MatchingDay,
  options: { quick: boolean; signal: AbortSignal },
): Promise<ServerFigures> {
  const ticks = options.quick ? 8 : 40;
  const loadBefore = loadavg()[0] ?? 0;
  await using opened = new AsyncDisposableStack();
  const { cluster } = opened.use(
    await startTemporaryCluster({
      servers: ['redis-state'],
      scale: { gateway: 0, api: 0, workers: 0 },
    }),
  );
  const log = createLogger({ process: 'bench', level: 'silent' });
  const url = cluster.env.REDIS_STATE_URL ?? '';
  const redis = await connectRedis({ url, name: 'bench', use: 'command', log });
  opened.defer(() => quitRedis(redis));
  const city = new BenchCity(withinCity(day), redis);
  await city.fill();
  for (let warm = 0; warm < WARM_UP_TICKS; warm += 1) {
    await city.tick();
    await city.releaseAll();
  }
  const programs = programsOf(cluster);
  const cpu = { generator: 0, redis: 0 };
  const measured: Tick[] = [];
  for (let round = 0; round < ticks; round += 1) {
    options.signal.throwIfAborted();
    const before = readCpu(programs);
    measured.push(await city.tick());
    for (const [name, used] of cpuSince(readCpu(programs), before))
      cpu[name === 'generator' ? 'generator' : 'redis'] += used;
    await city.releaseAll();
  }
  return figuresOf(measured, cpu, loadBefore);
}

function figuresOf(ticks: readonly Tick[], cpu: { generator: number; redis: number }, loadBefore: number) {
  const trips = ticks.length * TRIPS_PER_TICK;
  const whole = (tick: Tick) => tick.searchMs + tick.planMs + tick.claimMs;
  const matched = ticks.reduce((sum, tick) => sum + tick.matched, 0);
  return {
    drivers: DRIVERS,
    tripsPerTick: TRIPS_PER_TICK,
    rounds: ticks.length,
    tripsPerSecond: spreadOf(ticks.map((tick) => (TRIPS_PER_TICK * 1000) / whole(tick))),
    tickMs: spreadOf(ticks.map(whole)),
    searchMs: spreadOf(ticks.map(({ searchMs }) => searchMs)),
    planMs: spreadOf(ticks.map(({ planMs }) => planMs)),
    claimMs: spreadOf(ticks.map(({ claimMs }) => claimMs)),
    matchedPercent: (100 * matched) / trips,
    claimsFailed: ticks.reduce((sum, { failed }) => sum + failed, 0),
    ownMicros: cpu.generator / trips,
    redisMicros: cpu.redis / trips,
    loadBefore,
  };
}

class BenchCity {
  readonly #redis: RedisClient;
  readonly #search: LiveSearch;
  readonly #claims: DriverClaims;
  readonly #places: readonly Point[];
  readonly #random = seededRandom(1);
  #trips = 0;
  #held: MatchedPair[] = [];

  constructor(day: MatchingDay, redis: RedisClient) {
    this.#redis = redis;
    this.#search = createLiveSearch({ redis, region, clock: systemClock, freshMs: FRESH_MS });
    this.#claims = createDriverClaims({ state: redis, region, clock: systemClock });
    this.#places = day.requests.flatMap(({ pickup, dropoff }) => [pickup, dropoff]);
  }

  #somewhere(): Point {
    const { lat, lng } = this.#places[Math.floor(this.#random() * this.#places.length)] as Point;
    const wobble = () => (this.#random() * 2 - 1) * SPREAD_DEGREES;
    return { lat: lat + wobble(), lng: lng + wobble() };
  }

  /** Drivers as gateways write them: in the live index, and available in their hash. */
  async fill(): Promise<void> {
    const now = Date.now();
    const placements = Array.from({ length: DRIVERS }, (_, index): Placement => {
      const heading = Math.floor(this.#random() * 360);
      const about = { bootIndex: 1, seq: 1, t: now, heading, speed: 8, receivedAt: now };
      return {
        driverId: driverIdSchema.parse(`driver-${index}`),
        epoch: 1,
        status: 'available',
        position: { ...about, ...this.#somewhere() },
      };
    });
    await placeDrivers(this.#redis, region, placements, now);
    await mapConcurrently(placements, AT_ONCE, ({ driverId }) =>
      this.#redis.hset(driver(region, driverId), { status: 'available', epoch: '1' }),
    );
  }

  async tick(): Promise<Tick> {
    const startedAt = performance.now();
    const trips = Array.from({ length: TRIPS_PER_TICK }, () => ({
      tripId: tripIdSchema.parse(`trip-${this.#trips++}`),
      pickup: this.#somewhere(),
      ageSeconds: this.#random(),
    }));
    const requests = await mapConcurrently(trips, AT_ONCE, (trip) => this.#requestOf(trip));
    const searchedAt = performance.now();
    const { matched } = planTick(requests, () => performance.now());
    const plannedAt = performance.now();
    const held = await mapConcurrently(matched, AT_ONCE, async (pair) =>
      (await this.#claim(pair)) ? pair : null,
    );
    const claimedAt = performance.now();
    this.#held.push(...held.filter((pair) => pair !== null));
    return {
      searchMs: searchedAt - startedAt,
      planMs: plannedAt - searchedAt,
      claimMs: claimedAt - plannedAt,
      matched: matched.length,
      failed: held.filter((pair) => pair === null).length,
    };
  }

  /** So that the next tick finds the same city. */
  async releaseAll(): Promise<void> {
    await mapConcurrently(this.#held, AT_ONCE, ({ tripId, candidate }) =>
      this.#claims.release(candidate.driverId, offerOf(tripId), false),
    );
    this.#held = [];
  }

  async #requestOf(trip: { tripId: TripId; pickup: Point; ageSeconds: number }): Promise<MatchRequest> {
    const radiusMetres = ETA_LIMIT_SECONDS * CROW_FLY_SPEED;
    const { drivers } = await this.#search.nearest({
      ...trip.pickup,
      radiusMetres,
      limit: NEAREST,
      status: 'available',
    });
    return {
      tripId: trip.tripId,
      ageSeconds: trip.ageSeconds,
      candidates: drivers.map((found) => ({
        driverId: found.driverId,
        slot: 'active',
        etaSeconds: crowFlySeconds(found.distanceMetres),
        headingSeconds: headingPenaltySeconds(found, trip.pickup),
        distanceMetres: found.distanceMetres,
        tierSteps: 0,
        idleSeconds: 0,
        acceptProbability: 0.9,
        recentCancels: 0,
        excluded: null,
      })),
    };
  }

  async #claim({ tripId, candidate }: MatchedPair): Promise<boolean> {
    const riderId = riderIdSchema.parse('bench');
    const claim = { offerId: offerOf(tripId), riderId, leaseMs: LEASE_MS, queued: false };
    return (await this.#claims.claim(candidate.driverId, claim)).outcome === 'granted';
  }
}

const offerOf = (tripId: TripId) => offerIdSchema.parse(`${tripId}_1`);
