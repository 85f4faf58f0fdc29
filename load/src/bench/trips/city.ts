import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TripStatus } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { ROOMY_LIMITS } from '@rideline/infra/local/roomy-limits';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer } from '../../cluster/token-issuer.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import type { Place } from '../../simulation/great-circle.ts';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { type Caller, type CallFigures, createCaller, type PlannedCall } from '../generator/api-caller.ts';
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

/** A whole cluster under fixes, with riders and drivers to load it. */
export interface TripsCity {
  readonly cluster: Cluster;
  readonly mongoKind: string;
  readonly searching: () => number;
  readonly created: () => number;
  /** Requests that many trips, each for a rider without one. */
  requestTrips(count: number, ratePerSecond: number, where: () => Place): Promise<CallFigures>;
  /** Cancels, as their riders, the trips requested since the last `allEnded`. */
  cancelAll(ratePerSecond: number): Promise<CallFigures>;
  /** Signs the riders' tokens in advance, so that signing is not measured. */
  prepareRiders(count: number): Promise<void>;
  drivers(count: number, where: () => Place, finish: boolean): Promise<EagerDrivers>;
  /** Does the work while fixes flow for `durationMs`. */
  underFixes<Result>(durationMs: number, work: () => Promise<Result>): Promise<UnderFixes<Result>>;
  /** Ms until no trip was open; null when some still were at the deadline. */
  allEnded(deadlineMs: number): Promise<number | null>;
  found(): Promise<TripsFound>;
  fixes(): GeneratorCounts | undefined;
  stop(): Promise<void>;
}

const random = seededRandom(7);
const wobble = (degrees: number) => (random() * 2 - 1) * degrees;

/** Anywhere within ten kilometres. */
export const inTown = (): Place => ({ lat: 37.76 + wobble(0.045), lng: -122.43 + wobble(0.057) });
/** All in front of one door. */
export const atTheDoor = (): Place => ({
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
      env: { ...ROOMY_LIMITS, RIDELINE_SEARCH_BUDGET_MS: String(options.searchBudgetMs) },
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
  return cityOf({ cluster, generator, issue, trips, stop: () => resources.disposeAsync() });
}

type Issue = Awaited<ReturnType<typeof createTokenIssuer>>;

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
  readonly issue: Issue;
  readonly trips: TripsRecord;
  readonly stop: () => Promise<void>;
}

async function flowPlan(cluster: Cluster, issue: Issue) {
  const drivers = [];
  for (let n = 0; n < FLOW.drivers; n++)
    drivers.push({ id: `flow-${n}`, auth: handshake(await issue('driver', `flow-${n}`)) });
  const nodes = cluster.processes
    .filter(({ role }) => role === 'gateway')
    .map(({ port }) => ({ host: '127.0.0.1', port: port ?? 0 }));
  return { nodes, drivers, riders: [], seen: false };
}

function cityOf({ cluster, generator, issue, trips, stop }: CityParts): TripsCity {
  const caller: Caller = createCaller(cluster.url);
  const riders: string[] = [];
  const created = new Set<string>();
  let searching = 0;
  let requested: { tripId: string; token: string }[] = [];
  let driverCount = 0;
  let counts: GeneratorCounts | undefined;

  const prepareRiders = async (total: number) => {
    while (riders.length < total) {
      const first = riders.length;
      const batch = Math.min(TOKENS_AT_ONCE, total - first);
      riders.push(
        ...(await Promise.all(Array.from({ length: batch }, (_, n) => issue('rider', `rider-${first + n}`)))),
      );
    }
  };
  return {
    cluster,
    mongoKind: cluster.servers.find(({ name }) => name === 'mongo')?.kind ?? 'unknown',
    searching: () => searching,
    created: () => created.size,
    prepareRiders: (count) => prepareRiders(requested.length + count),

    async requestTrips(count, ratePerSecond, where) {
      await prepareRiders(requested.length + count);
      const calls = Array.from({ length: count }, (_, n): PlannedCall => {
        const pickup = where();
        const dropoff = { lat: pickup.lat + RIDE_DEGREES, lng: pickup.lng };
        const body = { tripId: randomUUID(), pickup, dropoff };
        return { path: '/v1/trips', token: riders[requested.length + n] ?? '', body };
      });
      const figures = await caller.call(calls, ratePerSecond);
      requested = [
        ...requested,
        ...calls.map(({ token, body }) => ({ token, tripId: (body as { tripId: string }).tripId })),
      ];
      for (const body of figures.bodies as readonly (TripStatus | null)[]) {
        if (body === null) continue;
        created.add(body.tripId);
        if (body.state === 'searching') searching += 1;
      }
      return figures;
    },

    cancelAll: (ratePerSecond) =>
      caller.call(
        requested.map(({ tripId, token }) => ({
          path: `/v1/trips/${tripId}/cancel`,
          token,
          body: { commandId: randomUUID() },
        })),
        ratePerSecond,
      ),

    async drivers(count, where, finish) {
      const front = new URL(cluster.url);
      const drivers = [];
      for (let n = 0; n < count; n++) {
        const auth = handshake(await issue('driver', `eager-${driverCount++}`));
        drivers.push({ auth, place: where() });
      }
      return connectEagerDrivers({
        node: { host: front.hostname, port: Number(front.port) },
        drivers,
        finish,
      });
    },

    async underFixes(durationMs, work) {
      const { framesPerSecond, fixesPerFrame } = FLOW;
      const load = { framesPerSecond, fixesPerFrame, durationMs: durationMs + LEAD_MS, acknowledged: false };
      const flow = generator.send(load);
      // If the work fails first, its error is the one to report.
      flow.catch(() => undefined);
      await delay(LEAD_MS);
      // Read again each time: a restarted program is another process.
      const programs = [...programsOf(cluster), { name: 'fixes', pid: generator.pid }];
      const [before, startedAt] = [readCpu(programs), performance.now()];
      const result = await work();
      const used = cpuSince(readCpu(programs), before);
      const wallMicros = (performance.now() - startedAt) * 1000;
      counts = await flow;
      const cores = Object.fromEntries([...used].map(([name, micros]) => [name, micros / wallMicros]));
      return { result, cores };
    },

    async allEnded(deadlineMs) {
      const startedAt = performance.now();
      while ((await trips.countDocuments({ open: true })) > 0) {
        if (performance.now() - startedAt > deadlineMs) return null;
        await delay(POLL_MS);
      }
      requested = [];
      return performance.now() - startedAt;
    },

    async found() {
      const states: Record<string, number> = {};
      const missing = new Set(created);
      let open = 0;
      for await (const trip of trips.find({}, { projection: { open: 1, 'state.name': 1 } })) {
        if (!missing.delete(trip._id)) continue;
        if (trip.open) open += 1;
        states[trip.state.name] = (states[trip.state.name] ?? 0) + 1;
      }
      return { missing: missing.size, open, states };
    },

    fixes: () => counts,
    async stop() {
      caller.close();
      await stop();
    },
  };
}
