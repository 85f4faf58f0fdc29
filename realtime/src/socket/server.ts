import { randomBytes } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayId, LIMITS } from '@rideline/contract';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { EngineConnection } from '../wire/engine-connection.ts';
import { HotWebSocketServer } from '../wire/hot-websocket.ts';
import { channelPrefix } from './adapter-rooms.ts';
import { allowRequest } from './admission.ts';
import { clientNetworkOf } from './client-network.ts';
import type { AnyServer } from './socket-data.ts';

export interface GatewayServer {
  readonly http: HttpServer;
  readonly io: AnyServer;
}

const PING_INTERVAL_MS = 25_000;
const PING_TIMEOUT_MS = 60_000;
/** A client that has not joined a namespace by then is closed (Socket.IO's default: 45 s). */
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEADERS = 100;

/**
 * The subscribing connection as the adapter sees it. The adapter neither awaits nor catches `ssubscribe`: without this, each join would be
 * an unhandled rejection while Redis is unavailable. ioredis subscribes again when it reconnects.
 */
function withCaughtErrors(subscriber: RedisClient, log: Logger) {
  const warn = (error: Error) => log.warn({ reason: error.message }, 'adapter subscription failed');
  return {
    on: (event: string, listener: (...args: unknown[]) => void) => subscriber.on(event, listener),
    ssubscribe: (channel: string) => subscriber.ssubscribe(channel).catch(warn),
    sunsubscribe: (channels: string | string[]) =>
      subscriber.sunsubscribe(...(Array.isArray(channels) ? channels : [channels])).catch(warn),
  };
}

/** Random bytes of an Engine.IO session id, as in Engine.IO's own `base64id`. */
const SESSION_ID_BYTES = 15;

/**
 * An Engine.IO session id that names its gateway: `<gateway>.<random>`. The load balancer routes by it (infra/proxy/haproxy-config.ts), so
 * that clients which keep no cookie (the official socket.io-client outside browsers, other languages, Artillery) can poll and upgrade.
 */
export function sessionIdOf(gateway: GatewayId): string {
  return `${gateway}.${randomBytes(SESSION_ID_BYTES).toString('base64url')}`;
}

/** HTTP server and Socket.IO, not listening yet. */
export function createGatewayServer(options: {
  config: GatewayConfig;
  publisher: RedisClient;
  subscriber: RedisClient;
  metrics: GatewayMetrics;
  log: Logger;
  /** Open connections beyond which a new one is refused without a handshake. */
  hardLimit: number;
  onConnection: (connection: EngineConnection, network: string) => void;
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
      hardLimit: options.hardLimit,
      connections: () => io.engine.clientsCount,
      metrics: options.metrics,
    }),
    adapter: createShardedAdapter(options.publisher, withCaughtErrors(options.subscriber, options.log), {
      channelPrefix: channelPrefix(config.region),
      subscriptionMode: 'dynamic',
    }),
  });
  const { engine } = io as unknown as { engine: { generateId(): string } };
  engine.generateId = () => sessionIdOf(config.process);
  io.engine.on('connection', (connection: EngineConnection & { request: IncomingMessage | null }) => {
    if (connection.request !== null) options.onConnection(connection, clientNetworkOf(connection.request));
    // Engine.IO keeps the first request for session middleware, which the gateway does not use: 1.4 KB per connection.
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
