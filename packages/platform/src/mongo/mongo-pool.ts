import type mongoose from 'mongoose';
import type { Metrics } from '../metrics/metrics.ts';

/** Counts the connections of a client's pool, those in use, and the calls that wait for one, by the driver's own events. */
export interface MongoPoolWatch {
  /** To be called before the client connects: the pool opens connections while it does. */
  watch(client: mongoose.mongo.MongoClient): void;
}

export function createMongoPoolWatch(metrics: Metrics): MongoPoolWatch {
  let inUse = 0;
  let waiting = 0;
  const publish = () => {
    metrics.mongo_pool_in_use.set(inUse);
    metrics.mongo_pool_waiting.set(waiting);
  };
  return {
    watch(client) {
      // Counted from the end of their dial: a dial that ends after its pool was cleared is closed without an event (mongodb 7.5.0,
      // ConnectionPool.createConnection).
      const open = new Set<string>();
      client.on('connectionReady', ({ address, connectionId }) => {
        if (open.has(`${address}/${connectionId}`)) return;
        open.add(`${address}/${connectionId}`);
        metrics.mongo_pool_connections.inc();
      });
      client.on('connectionClosed', ({ address, connectionId }) => {
        if (open.delete(`${address}/${connectionId}`)) metrics.mongo_pool_connections.dec();
      });
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
    },
  };
}
