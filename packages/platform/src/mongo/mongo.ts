import mongoose from 'mongoose';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/logger.ts';
import { watchHeartbeats } from './heartbeat-watch.ts';
import { watchCommandTimes } from './mongo-commands.ts';
import { createMongoPoolWatch } from './mongo-pool.ts';

export interface Mongo {
  readonly connection: mongoose.Connection;
  close(): Promise<void>;
}

/** Pause between attempts to connect for the first time; each attempt waits `serverSelectionTimeoutMS` itself. */
const RECONNECT_MS = 500;

/**
 * Opens the process's one MongoDB client. Returns at once, also while MongoDB is unavailable, so that no process refuses to start because
 * MongoDB is down: it retries until connected (mongoose itself gives up after its first attempt), and operations fail meanwhile.
 * Pool and timeouts: docs/design/design.md, "MongoDB connections".
 */
export function openMongo(options: {
  uri: string;
  name: string;
  log: Logger;
  onDown?: (reason: string) => void;
  onUp?: () => void;
  metrics?: Metrics;
  /** Measures every command; default no (decision 0158). */
  commandTimes?: boolean;
  /** Ms without a byte until an operation fails and its connection is closed; 0: never, for operations that take minutes. */
  socketTimeoutMs?: number;
  /** After how long without an end a heartbeat counts as hung, ms; shorter in tests. */
  hungHeartbeatMs?: number;
}): Mongo {
  const connection = mongoose.createConnection();
  const { metrics, commandTimes = false } = options;
  const connectOptions: mongoose.ConnectOptions = {
    appName: options.name,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    maxPoolSize: 100,
    minPoolSize: 10,
    // A refused dial does not tell the driver that the server is gone; its next heartbeat does (decision 0154).
    heartbeatFrequencyMS: 2000,
    maxIdleTimeMS: 30_000,
    waitQueueTimeoutMS: 10_000,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS: options.socketTimeoutMs ?? 45_000,
    connectTimeoutMS: 10_000,
    retryWrites: true,
    retryReads: true,
    writeConcern: { w: 'majority' },
    monitorCommands: commandTimes,
  };
  connection.on('error', (error: Error) => options.onDown?.(error.message));
  connection.on('disconnected', () => options.onDown?.('disconnected'));
  connection.on('connected', () => options.onUp?.());
  const pool = metrics && createMongoPoolWatch(metrics);
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const connect = (): void => {
    const opening = connection.openUri(options.uri, connectOptions);
    // mongoose has made the client of this attempt by now, or has refused the address.
    const client = connection.getClient() as mongoose.mongo.MongoClient | undefined;
    if (client !== undefined) {
      pool?.watch(client);
      if (metrics && commandTimes) watchCommandTimes(client, metrics);
      watchHeartbeats(client, () => void reopen(client), options.hungHeartbeatMs);
    }
    opening.catch((error: Error) => {
      if (closed) return;
      options.log.warn({ reason: error.message }, 'MongoDB does not answer yet');
      retry = setTimeout(connect, RECONNECT_MS);
    });
  };
  const reopen = async (hung: mongoose.mongo.MongoClient): Promise<void> => {
    if (closed || connection.getClient() !== hung) return;
    options.log.error({}, 'a heartbeat of the MongoDB driver never ends: its client is replaced');
    // Not by force: mongoose refuses every call of a connection that was closed by force, also after it was opened again.
    await connection
      .close()
      .catch((error: Error) => options.log.warn({ reason: error.message }, 'the old MongoDB client'));
    if (!closed) connect();
  };
  connect();
  return {
    connection,
    close() {
      closed = true;
      clearTimeout(retry);
      return connection.close();
    },
  };
}

/** Opens the client and waits for MongoDB's first answer. @throws when it does not answer within the driver's timeouts */
export async function connectMongo(options: Parameters<typeof openMongo>[0]): Promise<Mongo> {
  const mongo = openMongo(options);
  try {
    await mongo.connection.asPromise();
  } catch (error) {
    await mongo.close();
    throw error;
  }
  return mongo;
}
