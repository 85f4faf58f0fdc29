import type { mongo } from 'mongoose';

/**
 * A heartbeat of the driver ends within connectTimeoutMS, a streaming one within heartbeatFrequencyMS more: 12 s with the options of mongo.ts.
 */
const HANGS_AFTER_MS = 20_000;

/**
 * Calls `onHang` once when a heartbeat of the client never ends. In driver 7.8 a check that begins in the moment in which its connection is
 * closed waits for ever, without a timeout: the server stays unknown, and every operation fails, until the client is replaced.
 */
export function watchHeartbeats(
  client: mongo.MongoClient,
  onHang: () => void,
  hangsAfterMs = HANGS_AFTER_MS,
): void {
  const running = new Map<string, NodeJS.Timeout>();
  const end = ({ connectionId, address }: { connectionId?: string; address?: string }) => {
    clearTimeout(running.get(connectionId ?? address ?? ''));
  };
  client.on('serverHeartbeatStarted', (started) => {
    end(started);
    const timer = setTimeout(onHang, hangsAfterMs);
    timer.unref();
    running.set(started.connectionId, timer);
  });
  client.on('serverHeartbeatSucceeded', end);
  client.on('serverHeartbeatFailed', end);
  client.on('serverClosed', (closed) => {
    end(closed);
    running.delete(closed.address);
  });
}
