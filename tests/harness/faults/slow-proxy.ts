import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that delays what clients send. */
export interface SlowProxy extends TcpProxy {
  /** Delay of the client's data; the order is kept. */
  delayMs: number;
}

export async function startSlowProxy(to: { host: string; port: number }): Promise<SlowProxy> {
  const network = { delayMs: 0 };
  const proxy = await startTcpProxy(to, ({ client, target }) => {
    for (const socket of [client, target]) socket.setNoDelay(true);
    client.on('data', (chunk) => {
      if (network.delayMs === 0) target.write(chunk);
      else setTimeout(() => target.write(chunk), network.delayMs);
    });
    target.on('data', (chunk) => client.write(chunk));
  });
  return Object.assign(network, proxy);
}
