import { Cluster, Redis } from 'ioredis';
import type { Logger } from '../process/logger.ts';
import { ClusterSubscriberCheck } from './cluster-subscribers.ts';
import { guardErrors, watchTimeouts } from './redis-errors.ts';
import { assertOneHashTag } from './redis-hash-tags.ts';

export type RedisClient = Redis | Cluster;

/**
 * The use of a connection. One connection has one use: a blocked or subscribed connection serves nothing else.
 * command: fails fast while Redis is unavailable, and after 3 s without an answer (the result is then unknown, never "failed").
 * publisher: the same with 300 ms: Socket.IO's adapter awaits the publish before it delivers locally.
 * blocking, subscriber: wait for Redis without limit, and resubscribe automatically.
 * Each detects a silent server (SILENCE_MS) and reconnects, on a cluster too.
 */
export type RedisUse = 'command' | 'publisher' | 'blocking' | 'subscriber';

const COMMAND_TIMEOUT_MS = 3000;
const PUBLISHER_TIMEOUT_MS = 300;
/**
 * Ms without a byte after a command until a connection counts as dead and is opened again. `commandTimeout` alone settles the
 * command and keeps the connection: commands would go to a host that vanished without RST until TCP gives up, about 15 minutes later.
 */
const SILENCE_MS = { command: 4000, publisher: 2000, blocking: 15_000, subscriber: 5000 } as const;
/** A subscriber sends no commands: it pings at this interval, so that its silence is detected too. */
const SUBSCRIBER_PING_MS = 5000;
const CONNECT_TIMEOUT_MS = 3000;

function retryDelayMs(attempt: number): number {
  const ceilingMs = Math.min(2000, 50 * 2 ** Math.min(attempt, 6));
  return ceilingMs / 2 + Math.random() * (ceilingMs / 2);
}

function optionsFor(use: RedisUse, connectionName: string) {
  const always = {
    connectionName,
    retryStrategy: retryDelayMs,
    autoResubscribe: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS[use],
  };
  switch (use) {
    case 'command':
    case 'publisher':
      // Without a timeout a command whose reply was lost would never settle; resending it would run it twice.
      return {
        ...always,
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        commandTimeout: use === 'command' ? COMMAND_TIMEOUT_MS : PUBLISHER_TIMEOUT_MS,
        maxRetriesPerRequest: 0,
      };
    case 'blocking':
    case 'subscriber':
      return { ...always, enableOfflineQueue: true, maxRetriesPerRequest: null };
  }
}

/** `redis-cluster://[user:password@]host:port,host:port`; `rediss-cluster://` with TLS. */
export function parseClusterUrl(url: string): ClusterAddress | null {
  const match = /^redis(s?)-cluster:\/\/(?:([^:@,]*):([^@,]*)@)?(.+)$/.exec(url);
  if (match === null) return null;
  const [, tls = '', user = '', password = '', hosts = ''] = match;
  const nodes = hosts.split(',').map((address) => {
    const [host, port] = address.split(':');
    return { host: host ?? '127.0.0.1', port: Number(port) };
  });
  return {
    nodes,
    ...(user === '' ? {} : { username: decodeURIComponent(user) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(tls === '' ? {} : { tls: {} }),
  };
}

interface ClusterAddress {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<string, never>;
}

function create(url: string, options: ReturnType<typeof optionsFor>): RedisClient {
  const cluster = parseClusterUrl(url);
  if (cluster === null) return new Redis(url, options);
  const { enableOfflineQueue, retryStrategy, ...redisOptions } = options;
  const { nodes, ...access } = cluster;
  return new Cluster([...nodes], {
    redisOptions: { ...redisOptions, ...access },
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    shardedSubscribers: true,
  });
}

/** Pings a subscriber until it ends. A failed ping needs no handling: the silence that it detects closes the connection. */
function pingSubscriber(client: RedisClient): void {
  // On a cluster ioredis opens the subscribing connections itself, and a command to the client does not go there.
  const cluster = client instanceof Cluster ? new ClusterSubscriberCheck(client, SUBSCRIBER_PING_MS) : null;
  const timer = setInterval(() => {
    if (client.status !== 'ready') return;
    client.ping().catch(() => undefined);
    cluster?.check();
  }, SUBSCRIBER_PING_MS);
  timer.unref();
  client.once('end', () => clearInterval(timer));
}

export interface RedisEvents {
  /** A connection error; the client keeps reconnecting. */
  onDown?: (reason: string) => void;
  /** Ready, for the first time or again. */
  onUp?: () => void;
  /** A command got no answer in time; its result is unknown. */
  onTimeout?: () => void;
}

interface ConnectOptions extends RedisEvents {
  url: string;
  name: string;
  use: RedisUse;
  log: Logger;
  /** Default: under NODE_ENV=test. */
  checkHashTags?: boolean;
}

/**
 * Opens one connection (or one set of them, for `redis-cluster://host:port,host:port`) and returns at once, also while Redis is unavailable:
 * a process that can work without it starts without it.
 * `checkHashTags` throws when one command, script or pipeline mixes hash tags, so that code that passes the tests on one server also runs on
 * a cluster.
 */
export function openRedis(options: ConnectOptions): RedisClient {
  const client = create(options.url, optionsFor(options.use, options.name));
  guardErrors(client, options.name);
  if (options.onTimeout !== undefined) watchTimeouts(client, options.onTimeout);
  client.on('error', (error: Error) => {
    options.log.warn({ redis: options.name, reason: error.message }, 'redis connection error');
    options.onDown?.(error.message);
  });
  client.on('close', () => options.onDown?.('connection closed'));
  client.on('ready', () => options.onUp?.());
  if (options.use === 'subscriber') pingSubscriber(client);
  if (options.checkHashTags ?? process.env.NODE_ENV === 'test') assertOneHashTag(client);
  return client;
}

/** Opens the connection and waits until it is ready. */
export async function connectRedis(options: ConnectOptions): Promise<RedisClient> {
  const client = openRedis(options);
  await whenReady(client);
  return client;
}

/** Waits until every connection is ready, without limit. */
export async function whenReady(...clients: readonly RedisClient[]): Promise<void> {
  for (const client of clients) {
    if (client.status !== 'ready')
      await new Promise<void>((resolve) => client.once('ready', () => resolve()));
  }
}

/** Ends a connection: with QUIT while Redis answers, otherwise by closing it. */
export async function quitRedis(client: RedisClient, deadlineMs = 1000): Promise<void> {
  if (client.status !== 'ready') {
    client.disconnect();
    return;
  }
  const timer = setTimeout(() => client.disconnect(), deadlineMs);
  try {
    await client.quit();
  } catch {
    // The connection failed while it was being ended: it is closed, as intended.
    client.disconnect();
  } finally {
    clearTimeout(timer);
  }
}
