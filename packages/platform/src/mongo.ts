import mongoose from 'mongoose';
import type { Logger } from './telemetry.ts';

export interface Mongo {
  readonly connection: mongoose.Connection;
  close(): Promise<void>;
}

/**
 * Opens the process's one Mongo client. It returns at once, also while Mongo is away: the driver connects when it can, and each operation
 * fails after `serverSelectionTimeoutMS`, so that no process refuses to start because the record is down.
 * Pool and time-outs: design section 5.
 */
export function openMongo(options: {
  uri: string;
  name: string;
  log: Logger;
  onDown?: (reason: string) => void;
  onUp?: () => void;
}): Mongo {
  const connection = mongoose.createConnection(options.uri, {
    appName: options.name,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    maxPoolSize: 100,
    minPoolSize: 0,
    maxIdleTimeMS: 30_000,
    waitQueueTimeoutMS: 10_000,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS: 45_000,
    connectTimeoutMS: 10_000,
    retryWrites: true,
    retryReads: true,
    writeConcern: { w: 'majority' },
  });
  connection.on('error', (error: Error) => options.onDown?.(error.message));
  connection.on('disconnected', () => options.onDown?.('disconnected'));
  connection.on('connected', () => options.onUp?.());
  connection.asPromise().catch((error: Error) => {
    options.log.warn({ reason: error.message }, 'mongo does not answer yet');
    options.onDown?.(error.message);
  });
  return { connection, close: () => connection.close() };
}

/** Opens the client and waits until Mongo has answered once. @throws when it does not within the driver's time-outs */
export async function connectMongo(options: Parameters<typeof openMongo>[0]): Promise<Mongo> {
  const mongo = openMongo(options);
  await mongo.connection.asPromise();
  return mongo;
}
