import { randomUUID } from 'node:crypto';
import type { Cluster } from '@rideline/infra/local/cluster';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { ApiClient } from '../../cluster/api-client.ts';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer, type TokenIssuer } from '../../cluster/token-issuer.ts';
import { programsOf } from '../../process/process-cpu.ts';
import { handshake } from './handshake.ts';
import { countStored } from './stored-fixes.ts';
import { followedByRider, type SocketNumbers, type Subject } from './subject.ts';

const PARALLEL_TRIPS = 16;

export interface OurStack extends Subject {
  readonly cluster: Cluster;
}

/** HAProxy's cookie (infra/proxy): it routes a socket to the gateway that it names. */
const GATEWAY_COOKIE = 'RIDELINE_GATEWAY';

export interface OurStackOptions {
  /** Clients connect through HAProxy, not to the gateways. */
  readonly front: boolean;
  /** Gateways that clients connect to; default: two. */
  readonly gateways?: number;
  /** Further gateways, the last ones by name, that no client connects to. */
  readonly idleGateways?: number;
  /** Further environment variables of the processes. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole cluster with everything on: gateways, API, workers, three Redis servers, MongoDB, HAProxy. */
export async function startOurStack(options: OurStackOptions): Promise<OurStack> {
  const { gateways: used = 2, idleGateways = 0 } = options;
  await using started = new AsyncDisposableStack();
  const { cluster } = started.use(
    await startTemporaryCluster({
      scale: { gateway: used + idleGateways, api: 1, workers: 1 },
      dashboard: false,
      env: { ...RAISED_LIMITS, ...options.env },
    }),
  );
  const issue = await createTokenIssuer(cluster.env);
  const front = new URL(cluster.url);
  const gateways = cluster.processes.filter(({ role }) => role === 'gateway').slice(0, used);
  const nodes = gateways.map(({ name, port }) =>
    options.front
      ? { host: front.hostname, port: Number(front.port), cookie: `${GATEWAY_COOKIE}=${name}` }
      : { host: '127.0.0.1', port: port ?? 0 },
  );
  const running = started.move();
  return {
    cluster,
    programs: programsOf(cluster),
    durable: true,
    plan: async (numbers) => ({ nodes, seen: true, ...(await people(numbers, issue, cluster.url)) }),
    stored: (boot, onCounted) => countStored(cluster.env.MONGODB_URI ?? '', boot, onCounted),
    stop: () => running.disposeAsync(),
  };
}

async function people(numbers: SocketNumbers, issue: TokenIssuer, url: string) {
  const auth = async (role: 'driver' | 'rider', id: string) => handshake(await issue(role, id));
  const drivers = [];
  for (let n = 0; n < numbers.drivers; n++)
    drivers.push({ id: `cab-${n}`, auth: await auth('driver', `cab-${n}`) });
  const onTrip = numbers.followed + (numbers.crowds?.drivers ?? 0);
  const trips = await openTrips(onTrip, url, await issue('operator', 'bench'));
  const followed = followedByRider(numbers).flatMap((driver) => {
    const trip = trips[driver];
    return trip === undefined ? [] : [{ driver, ...trip }];
  });
  return {
    drivers: drivers.map((driver, n) => ({
      ...driver,
      ...(n < trips.length ? { tripId: trips[n]?.tripId ?? '' } : {}),
    })),
    riders: await Promise.all(
      followed.map(async ({ driver, riderId, tripId }) => ({
        auth: await auth('rider', riderId),
        driver,
        subscribe: ['track:subscribe', { tripId }] as const,
      })),
    ),
  };
}

async function openTrips(
  count: number,
  url: string,
  operatorToken: string,
): Promise<{ riderId: string; tripId: string }[]> {
  const api = new ApiClient(url, operatorToken);
  const trips = Array.from({ length: count }, (_, n) => ({
    tripId: randomUUID(),
    riderId: `rider-${n}`,
    driverId: `cab-${n}`,
  }));
  const place = { lat: 37.77, lng: -122.42 };
  for (let start = 0; start < trips.length; start += PARALLEL_TRIPS) {
    await Promise.all(
      trips.slice(start, start + PARALLEL_TRIPS).map((trip) =>
        api.call('POST', '/v1/dev/trips', {
          ...trip,
          pickup: place,
          dropoff: place,
          at: new Date().toISOString(),
        }),
      ),
    );
  }
  return trips;
}
