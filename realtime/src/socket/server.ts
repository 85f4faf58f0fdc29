import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIMITS, type RegionId, type TripId } from '@rideline/contract';
import type { Config } from '@rideline/platform/config/config';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import { HotWebSocketServer } from '../wire/hot-websocket.ts';
import { allowRequest } from './admission.ts';
import type { AnyServer } from './socket-data.ts';

export interface GatewayServer {
  readonly http: HttpServer;
  readonly io: AnyServer;
}

const PING_INTERVAL_MS = 25_000;
const PING_TIMEOUT_MS = 60_000;
/** A client that has not entered a namespace by then is closed (45 s by default). */
const CONNECT_TIMEOUT_MS = 10_000;
/** Above `maxConnections` a client is told when to come back; this much above it the connection itself is refused. */
const HARD_LIMIT = 1.1;
const MAX_HEADERS = 100;

const channelPrefix = (region: RegionId) => `${region}:socket.io`;

/** The adapter's room of a trip's state events. The adapter takes a room name of 20 characters for a socket's id and tells all nodes. */
export function tripRoom(tripId: TripId): string {
  const room = `trip:${tripId}`;
  return room.length === 20 ? `${room}.` : room;
}

/** The channel on which the sharded adapter hears a room's broadcasts from other nodes (its `dynamicChannel`). */
export function roomChannel(region: RegionId, namespace: string, room: string): string {
  return `${channelPrefix(region)}#${namespace}#${room}#`;
}

/**
 * What the adapter sees of the subscribing connection. The adapter neither awaits nor catches `ssubscribe`: with a dead Redis each join
 * would be an unhandled rejection. The connection itself subscribes again when it is back.
 */
function caught(subscriber: RedisClient, log: Logger) {
  const warn = (error: Error) => log.warn({ reason: error.message }, 'adapter subscription failed');
  return {
    on: (event: string, listener: (...args: unknown[]) => void) => subscriber.on(event, listener),
    ssubscribe: (channel: string) => subscriber.ssubscribe(channel).catch(warn),
    sunsubscribe: (channels: string | string[]) =>
      subscriber.sunsubscribe(...(Array.isArray(channels) ? channels : [channels])).catch(warn),
  };
}

/** HTTP server and Socket.IO, not listening yet. */
export function createGatewayServer(options: {
  config: Config;
  publisher: RedisClient;
  subscriber: RedisClient;
  metrics: Metrics;
  log: Logger;
}): GatewayServer {
  const { config } = options;
  const http = createServer((_request, response) => {
    response.statusCode = 404;
    response.end();
  });
  http.maxHeadersCount = MAX_HEADERS;
  http.headersTimeout = CONNECT_TIMEOUT_MS;
  const io: AnyServer = new Server(http, {
    serveClient: false,
    transports: ['websocket', 'polling'],
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    wsEngine: HotWebSocketServer,
    maxHttpBufferSize: LIMITS.messageBytes,
    perMessageDeflate: false,
    httpCompression: false,
    cors: { origin: [...config.allowedOrigins], credentials: true },
    allowRequest: allowRequest({
      allowedOrigins: config.allowedOrigins,
      hardLimit: Math.ceil(config.maxConnections * HARD_LIMIT),
      connections: () => io.engine.clientsCount,
      metrics: options.metrics,
    }),
    adapter: createShardedAdapter(options.publisher, caught(options.subscriber, options.log), {
      channelPrefix: channelPrefix(config.region),
      subscriptionMode: 'dynamic',
    }),
  });
  // The first request is kept for sessions that we do not have: 1.4 KB of each connection.
  io.engine.on('connection', (connection: { request: unknown }) => {
    connection.request = null;
  });
  return { http, io };
}

/** @returns the port */
export async function listen({ http }: GatewayServer, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
  return (http.address() as AddressInfo).port;
}
