import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serveDrivers } from './driver-namespace.ts';
import { createRestServer } from './http-server.ts';
import type { Parts } from './parts.ts';
import { serveRiders } from './rider-namespace.ts';
import { routesOf } from './routes.ts';
import { retryWaitingTrips } from './waiting-trips.ts';

/** REST and Socket.IO on one free port of the loopback address. @returns the port */
export async function serve(parts: Parts): Promise<number> {
  const { io, config, metrics, trips, dispatch, log } = parts;
  const http = createRestServer(routesOf(parts), {
    ...parts,
    onAnswered: (route, status, seconds) =>
      metrics.http_request_seconds.observe({ route, status: String(status) }, seconds),
  });
  io.attach(http);
  // HAProxy routes polls and upgrades by this name (infra/proxy/haproxy-config.ts).
  const { engine } = io as unknown as { engine: { generateId(): string } };
  engine.generateId = () => `${config.name}.${randomBytes(15).toString('base64url')}`;
  serveDrivers(io.of('/driver'), parts);
  serveRiders(io.of('/rider'), parts);
  if (config.variant !== 'queue')
    void retryWaitingTrips({ trips, dispatch, log }, new AbortController().signal);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  return (http.address() as AddressInfo).port;
}
