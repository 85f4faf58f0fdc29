import { type ProxiedConnection, startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that plays a host that vanished without RST: what goes into a swallowed connection is acknowledged and never answered. */
export interface SilentProxy extends TcpProxy {
  /** Swallows the connections that are open now and serves new ones. @returns how many */
  swallow(): number;
}

export async function startSilentProxy(port: number, host = '127.0.0.1'): Promise<SilentProxy> {
  const open = new Map<ProxiedConnection, { swallowed: boolean }>();
  const proxy = await startTcpProxy({ host, port }, (connection) => {
    const state = { swallowed: false };
    open.set(connection, state);
    const { client, target } = connection;
    client.on('data', (chunk) => state.swallowed || target.write(chunk));
    target.on('data', (chunk) => state.swallowed || client.write(chunk));
    client.on('close', () => open.delete(connection));
  });
  return {
    ...proxy,
    swallow() {
      for (const state of open.values()) state.swallowed = true;
      return open.size;
    },
  };
}
