import { setTimeout as delay } from 'node:timers/promises';
import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy in front of a server, which delays what its clients send. The order of a connection is kept. */
export interface RelayProxy extends Pick<TcpProxy, 'port' | 'close'> {
  /** Ms that every chunk of a client waits. */
  delayMs: number;
  /** Ms that chunks of connections wait which read streams (XREAD, XREADGROUP): each reader has a connection of its own. */
  streamReadDelayMs: number;
}

const STREAM_READ = /xread(group)?\r\n/i;
/** Of one connection, bytes that wait; beyond it the client is not read until they are sent. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

export async function startRelayProxy(to: { host: string; port: number }): Promise<RelayProxy> {
  const delays = { delayMs: 0, streamReadDelayMs: 0 };
  const proxy = await startTcpProxy(to, ({ client, target }) => {
    for (const socket of [client, target]) socket.setNoDelay(true);
    let readsStreams = false;
    let waitingBytes = 0;
    let last: Promise<void> | null = null;
    const delayed = () => delays.delayMs + (readsStreams ? delays.streamReadDelayMs : 0);
    client.on('data', (chunk) => {
      readsStreams ||= STREAM_READ.test(chunk.toString('latin1'));
      const waitMs = delayed();
      if (waitMs === 0 && last === null) {
        target.write(chunk);
        return;
      }
      waitingBytes += chunk.length;
      if (waitingBytes > MOST_WAITING_BYTES) client.pause();
      const sent: Promise<void> = Promise.all([delay(waitMs, undefined, { ref: false }), last]).then(() => {
        waitingBytes -= chunk.length;
        if (waitingBytes <= MOST_WAITING_BYTES && client.isPaused()) client.resume();
        if (!target.destroyed) target.write(chunk);
        if (last === sent) last = null;
      });
      last = sent;
    });
    target.on('data', (chunk) => client.write(chunk));
  });
  return Object.assign(delays, { port: proxy.port, close: () => proxy.close() });
}
