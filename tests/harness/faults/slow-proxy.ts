import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy in front of a server: late, or cut. */
export interface SlowProxy extends TcpProxy {
  /** What a client sends waits this long, ms; order is kept. */
  delayMs: number;
}

export async function startSlowProxy(to: { host: string; port: number }): Promise<SlowProxy> {
  const late = { delayMs: 0 };
  const proxy = await startTcpProxy(to, ({ client, target }) => {
    for (const socket of [client, target]) socket.setNoDelay(true);
    client.on('data', (chunk) => {
      if (late.delayMs === 0) target.write(chunk);
      else setTimeout(() => target.write(chunk), late.delayMs);
    });
    target.on('data', (chunk) => client.write(chunk));
  });
  return Object.assign(late, proxy);
}
