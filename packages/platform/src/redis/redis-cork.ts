import type { Writable } from 'node:stream';
import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.ts';

/**
 * Runs `send`, which issues several commands, and writes them to each connection in one system call. Unlike in a pipeline, the commands stay
 * separate: each has its own reply and error, and on a cluster each goes to the node of its key.
 * @returns what `send` returns
 */
export function corked<Sent>(redis: RedisClient, send: () => Sent): Sent {
  const connections = redis instanceof Cluster ? redis.nodes('master') : [redis];
  // Absent while a client has not connected yet.
  const streams = connections.map((connection) => connection.stream as Writable | undefined);
  for (const stream of streams) stream?.cork();
  try {
    return send();
  } finally {
    for (const stream of streams) stream?.uncork();
  }
}
