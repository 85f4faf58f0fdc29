import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Point, TripStatus } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer, type TokenIssuer } from '../../cluster/token-issuer.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { type Caller, type CallFigures, createCaller } from '../generator/api-caller.ts';
import { type Generator, startGenerator } from '../generator/generator.ts';
import type { GeneratorCounts } from '../generator/generator-messages.ts';
import { connectBenchMongo } from '../stack/bench-mongo.ts';
import { handshake } from '../stack/handshake.ts';
import { connectEagerDrivers, type EagerDrivers } from './eager-drivers.ts';

/** Fixes that flow meanwhile: five per frame, from drivers that are not available. */
export const FLOW = { drivers: 2000, framesPerSecond: 2000, fixesPerFrame: 5 } as const;
const POLL_MS = 1000;
/** Fixes flow this long before the measurement begins. */
const LEAD_MS = 1000;
const SPOT_DEGREES = 0.0003;
const RIDE_DEGREES = 0.01;
const TOKENS_AT_ONCE = 200;

/** What MongoDB has of the trips that were answered 201. */
export interface TripsFound {
  readonly missing: number;
  readonly open: number;
  readonly states: Readonly<Record<string, number>>;
}

/** `cores`: how much of a core each program used during the work. */
export interface UnderFixes<Result> {
  readonly result: Result;
  readonly cores: Readonly<Record<string, number>>;
}

const random = seededRandom(7);
const wobble = (degrees: number) => (random() * 2 - 1) * degrees;

/** Anywhere within ten kilometres. */
export const inTown = (): Point => ({ lat: 37.76 + wobble(0.045), lng: -122.43 + wobble(0.057) });
/** All in front of one door. */
export const atTheDoor = (): Point => ({
  lat: 37.76 + wobble(SPOT_DEGREES),
  lng: -122.43 + wobble(SPOT_DEGREES),
});

export async function startTripsCity(options: {
  searchBudgetMs: number;
  onProgress: (line: string) => void;
}): Promise<TripsCity> {
  await using started = new AsyncDisposableStack();
  const { cluster } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 2, api: 1, workers: 1 },
      dashboard: false,
      env: { ...RAISED_LIMITS, RIDELINE_SEARCH_BUDGET_MS: String(options.searchBudgetMs) },
      onProgress: options.onProgress,
    }),
  );
  const generator = startGenerator();
  started.defer(() => generator.close());
  options.onProgress(`connecting ${FLOW.drivers} drivers`);
  const issue = await createTokenIssuer(cluster.env);
  await generator.connect({ ...(await flowPlan(cluster, issue)), boot: `bench-${Date.now()}` });
  const mongo = await connectBenchMongo(cluster.env.MONGODB_URI);
  started.defer(() => mongo.close());
  const trips = mongo.connection.collection('trips') as unknown as TripsRecord;
  const resources = started.move();
  return new TripsCity({ cluster, generator, issue, trips, stop: () => resources.disposeAsync() });
}

/** The bench reads MongoDB directly, not through the API: the check must not share a fault with what it checks. */
interface TripsRecord {
  countDocuments(filter: object): Promise<number>;
  find(
    filter: object,
    options: object,
  ): AsyncIterable<{ _id: string; open: boolean; state: { name: string } }>;
}

interface CityParts {
  readonly cluster: Cluster;
  readonly generator: Generator;
  readonly issue: TokenIssuer;
  readonly trips: TripsRecord;
  readonly stop: () => Promise<void>;
}

async function flowPlan(cluster: Cluster, issue: TokenIssuer) {
  const drivers = [];
  for (let n = 0; n < FLOW.drivers; n++)
    drivers.push({ id: `flow-${n}`, auth: handshake(await issue('driver', `flow-${n}`)) });
  const nodes = cluster.processes
    .filter(({ role }) => role === 'gateway')
    .map(({ port }) => ({ host: '127.0.0.1', port: port ?? 0 }));
  return { nodes, drivers, riders: [], seen: false };
}

/** A whole cluster under fixes, with riders and drivers to load it. */
export class TripsCity {
  readonly #parts: CityParts;
  readonly #caller: Caller;
  /** Tokens of the riders. */
  readonly #riders: string[] = [];
  readonly #created = new Set<string>();
  #requested: { tripId: string; token: string }[] = [];
  #searching = 0;
  #driverCount = 0;
  #counts: GeneratorCounts | undefined;

  constructor(parts: CityParts) {
    this.#parts = parts;
    this.#caller = createCaller(parts.cluster.url);
  }

  get cluster(): Cluster {
    return this.#parts.cluster;
  }

  get mongoKind(): string {
    return this.cluster.servers.find(({ name }) => name === 'mongo')?.kind ?? 'unknown';
  }

  /** Requests that were answered with a trip that searches. */
  get searching(): number {
    return this.#searching;
  }

  /** Requests that were answered with a trip. */
  get created(): number {
    return this.#created.size;
  }

  /** What the generator of fixes counted in the last `underFixes`. */
  get fixes(): GeneratorCounts | undefined {
    return this.#counts;
  }

  /** Signs the tokens of `count` riders without a trip in advance, so that signing is not measured. */
  async prepareRiders(count: number): Promise<void> {
    const total = this.#requested.length + count;
    while (this.#riders.length < total) {
      const first = this.#riders.length;
      const batch = Math.min(TOKENS_AT_ONCE, total - first);
      const tokens = Array.from({ length: batch }, (_, n) =>
        this.#parts.issue('rider', `rider-${first + n}`),
      );
      this.#riders.push(...(await Promise.all(tokens)));
    }
  }

  /** Requests that many trips, each for a rider without one. */
  async requestTrips(count: number, ratePerSecond: number, where: () => Point): Promise<CallFigures> {
    await this.prepareRiders(count);
    const trips = Array.from({ length: count }, (_, n) => {
      const pickup = where();
      const dropoff = { lat: pickup.lat + RIDE_DEGREES, lng: pickup.lng };
      const token = this.#riders[this.#requested.length + n] ?? '';
      return { path: '/v1/trips', token, body: { tripId: randomUUID(), pickup, dropoff } };
    });
    const figures = await this.#caller.call(trips, ratePerSecond);
    this.#requested.push(...trips.map(({ token, body }) => ({ token, tripId: body.tripId })));
    for (const body of figures.bodies as readonly (TripStatus | null)[]) {
      if (body === null) continue;
      this.#created.add(body.tripId);
      if (body.state === 'searching') this.#searching += 1;
    }
    return figures;
  }

  /** Cancels, as their riders, the trips requested since the last `allEnded`. */
  cancelAll(ratePerSecond: number): Promise<CallFigures> {
    const calls = this.#requested.map(({ tripId, token }) => ({
      path: `/v1/trips/${tripId}/cancel`,
      token,
      body: { commandId: randomUUID() },
    }));
    return this.#caller.call(calls, ratePerSecond);
  }

  /** Connects new drivers. @param finish whether they drive each trip to its end */
  async drivers(count: number, where: () => Point, finish: boolean): Promise<EagerDrivers> {
    const front = new URL(this.cluster.url);
    const drivers = [];
    for (let n = 0; n < count; n++) {
      const auth = handshake(await this.#parts.issue('driver', `eager-${this.#driverCount++}`));
      drivers.push({ auth, place: where() });
    }
    const node = { host: front.hostname, port: Number(front.port) };
    return connectEagerDrivers({ node, drivers, finish });
  }

  /** Does the work while fixes flow for `durationMs`. */
  async underFixes<Result>(durationMs: number, work: () => Promise<Result>): Promise<UnderFixes<Result>> {
    const { generator } = this.#parts;
    const { framesPerSecond, fixesPerFrame } = FLOW;
    const load = { framesPerSecond, fixesPerFrame, durationMs: durationMs + LEAD_MS, acknowledged: false };
    const flow = generator.send(load);
    // If the work fails first, its error is the one to report.
    flow.catch(() => undefined);
    await delay(LEAD_MS);
    // Read again each time: a restarted program is another process.
    const programs = [...programsOf(this.cluster), { name: 'fixes', pid: generator.pid }];
    const [before, startedAt] = [readCpu(programs), performance.now()];
    const result = await work();
    const used = cpuSince(readCpu(programs), before);
    const wallMicros = (performance.now() - startedAt) * 1000;
    this.#counts = await flow;
    const cores = Object.fromEntries([...used].map(([name, micros]) => [name, micros / wallMicros]));
    return { result, cores };
  }

  /** Ms until no trip was open; null when some still were at the deadline. */
  async allEnded(deadlineMs: number): Promise<number | null> {
    const startedAt = performance.now();
    while ((await this.#parts.trips.countDocuments({ open: true })) > 0) {
      if (performance.now() - startedAt > deadlineMs) return null;
      await delay(POLL_MS);
    }
    this.#requested = [];
    return performance.now() - startedAt;
  }

  async found(): Promise<TripsFound> {
    const states: Record<string, number> = {};
    const missing = new Set(this.#created);
    let open = 0;
    const projection = { open: 1, 'state.name': 1 };
    for await (const trip of this.#parts.trips.find({}, { projection })) {
      if (!missing.delete(trip._id)) continue;
      if (trip.open) open += 1;
      states[trip.state.name] = (states[trip.state.name] ?? 0) + 1;
    }
    return { missing: missing.size, open, states };
  }

  async stop(): Promise<void> {
    this.#caller.close();
    await this.#parts.stop();
  }
}
