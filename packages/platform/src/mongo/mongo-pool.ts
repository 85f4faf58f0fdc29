import type { Connection } from 'mongoose';
import type { Metrics } from '../metrics/metrics.ts';

/** Connections of the pool that are in use, and calls that wait for one; counted from the driver's own events. */
export interface MongoPool {
  inUse(): number;
  waiting(): number;
}

/** Counts from now on. `connection` may be opened later; its client is there once it has connected. */
export function watchMongoPool(connection: Connection, metrics: Metrics): MongoPool {
  let inUse = 0;
  let waiting = 0;
  const publish = () => {
    metrics.mongo_pool_in_use.set(inUse);
    metrics.mongo_pool_waiting.set(waiting);
  };
  const watched = new WeakSet<object>();
  connection.on('connected', () => {
    const client = connection.getClient();
    if (watched.has(client)) return;
    watched.add(client);
    client.on('connectionCreated', () => metrics.mongo_pool_connections.inc());
    client.on('connectionClosed', () => metrics.mongo_pool_connections.dec());
    client.on('connectionCheckOutStarted', () => {
      waiting += 1;
      publish();
    });
    client.on('connectionCheckedOut', () => {
      waiting = Math.max(0, waiting - 1);
      inUse += 1;
      publish();
    });
    client.on('connectionCheckOutFailed', ({ reason }) => {
      waiting = Math.max(0, waiting - 1);
      metrics.mongo_pool_failures_total.inc({ reason: String(reason) });
      publish();
    });
    client.on('connectionCheckedIn', () => {
      inUse = Math.max(0, inUse - 1);
      publish();
    });
  });
  return { inUse: () => inUse, waiting: () => waiting };
}
