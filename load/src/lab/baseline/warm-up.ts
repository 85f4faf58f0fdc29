import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Caller, createCaller, type PlannedCall } from '../../bench/generator/api-caller.ts';
import { type Generator, startGenerator } from '../../bench/generator/generator.ts';
import { handshake } from '../../bench/stack/handshake.ts';
import { connectEagerDrivers, type EagerDrivers } from '../../bench/trips/eager-drivers.ts';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { untilAborted } from '../../command/until-aborted.ts';

/** How much a stack is warmed up, the same for every stack of a comparison. */
export const WARM_UP = {
  /** A shorter run is warmed up for as long as it takes. */
  mostMs: 15_000,
  framesPerSecond: 200,
  senders: 200,
  tripsPerSecond: 10,
  searchesPerSecond: 10,
  eagerDrivers: 40,
} as const;

/** In the Pacific, 200 km from the city of the scenarios: none of these drivers is near a trip that is measured. All stand at one door, as the product accepts `arrived` only near the pick-up. */
const PLACE = { lat: 37.76, lng: -124.7 };
const SPREAD_DEGREES = 0.0003;
const RIDE_DEGREES = 0.01;
/** Trips that have not ended this long after the last request are cancelled, ms. */
const DRIVE_MS = 20_000;
const POLL_MS = 100;
const CANCELS_PER_SECOND = 100;

/** For a report. */
export const WARM_UP_TEXT = `Each stack was warmed up for ${WARM_UP.mostMs / 1000} s, or for as long as the run if that is shorter (${WARM_UP.framesPerSecond} frames, ${WARM_UP.tripsPerSecond} trips and ${WARM_UP.searchesPerSecond} searches a second). That is not measured: V8 compiles the code that runs often.`;

interface WarmedStack {
  readonly url: string;
  readonly issueToken: TokenIssuer;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends every kind of call that the scenarios send, so that no stack is measured while its code is being compiled. Every trip has ended when it
 * resolves: what is measured does not find the backlog of the warm-up.
 */
export async function warmUp(stack: WarmedStack): Promise<void> {
  const { signal, url, durationMs } = stack;
  await using started = new AsyncDisposableStack();
  const generator = startGenerator();
  started.defer(() => generator.close());
  await untilAborted(connectSenders(generator, stack), signal);
  const drivers = await untilAborted(connectDrivers(stack), signal);
  started.defer(() => drivers.close());
  const caller = createCaller(url);
  started.defer(() => caller.close());
  drivers.goAvailable();
  const { framesPerSecond } = WARM_UP;
  const [trips] = await untilAborted(
    Promise.all([
      requestAndSearch(caller, stack),
      generator.send({ framesPerSecond, durationMs, fixesPerFrame: 1, acknowledged: true }),
    ]),
    signal,
  );
  const deadline = performance.now() + DRIVE_MS;
  while (drivers.counts.completed < trips.length && performance.now() < deadline)
    await delay(POLL_MS, undefined, { signal });
  if (drivers.counts.completed < trips.length)
    await untilAborted(caller.call(trips.map(cancelOf), CANCELS_PER_SECOND), signal);
}

/** Refused for a trip that has ended. */
const cancelOf = ({ token, tripId }: WarmUpTrip): PlannedCall => ({
  path: `/v1/trips/${tripId}/cancel`,
  token,
  body: { commandId: randomUUID() },
});

interface WarmUpTrip {
  readonly token: string;
  readonly tripId: string;
}

const address = (url: string) => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

async function connectSenders(generator: Generator, { url, issueToken }: WarmedStack): Promise<void> {
  const drivers = await people('driver', WARM_UP.senders, issueToken);
  await generator.connect({
    nodes: [address(url)],
    drivers,
    riders: [],
    boot: `warm-${Date.now()}`,
    seen: false,
  });
}

async function connectDrivers({ url, issueToken }: WarmedStack): Promise<EagerDrivers> {
  const drivers = await people('driver', WARM_UP.eagerDrivers, issueToken);
  const placed = drivers.map(({ auth }, n) => ({ auth, place: placeOf(n) }));
  return connectEagerDrivers({ node: address(url), drivers: placed, finish: true });
}

async function requestAndSearch(
  caller: Caller,
  { issueToken, durationMs }: WarmedStack,
): Promise<WarmUpTrip[]> {
  const { tripsPerSecond, searchesPerSecond } = WARM_UP;
  const count = (perSecond: number) => Math.round((perSecond * durationMs) / 1000);
  const riders = await people('rider', count(tripsPerSecond), issueToken);
  const trips = riders.map(({ token }) => ({ token, tripId: randomUUID() }));
  const requests = trips.map(({ token, tripId }, n): PlannedCall => {
    const pickup = placeOf(n);
    const dropoff = { lat: pickup.lat + RIDE_DEGREES, lng: pickup.lng };
    return { path: '/v1/trips', token, body: { tripId, pickup, dropoff } };
  });
  const searches = Array.from({ length: count(searchesPerSecond) }, (_, n): PlannedCall => {
    const { lat, lng } = placeOf(n);
    const token = riders[n % riders.length]?.token ?? '';
    return { path: `/v1/drivers/search?lat=${lat}&lng=${lng}&radius=3000&limit=10`, token };
  });
  await Promise.all([caller.call(requests, tripsPerSecond), caller.call(searches, searchesPerSecond)]);
  return trips;
}

/** Within 26 m. */
function placeOf(n: number) {
  const share = (n % WARM_UP.eagerDrivers) / WARM_UP.eagerDrivers;
  return { lat: PLACE.lat, lng: PLACE.lng + SPREAD_DEGREES * share };
}

async function people(role: 'driver' | 'rider', count: number, issueToken: TokenIssuer) {
  const ids = Array.from({ length: count }, () => `warm-${role}-${randomUUID()}`);
  return Promise.all(
    ids.map(async (id) => {
      const token = await issueToken(role, id);
      return { id, token, auth: handshake(token) };
    }),
  );
}
