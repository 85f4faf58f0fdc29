import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that simulates a phone's bad network. */
export interface CutProxy extends Omit<TcpProxy, 'port'> {
  readonly url: string;
  /** Cut connections that request a websocket, as a middlebox without websocket support does. */
  blockWebsocket: boolean;
}

/** @param front address of the front port */
export async function startCutProxy(front: string): Promise<CutProxy> {
  const { hostname, port } = new URL(front);
  const network = { blockWebsocket: false };
  const proxy = await startTcpProxy(
    { host: hostname, port: Number(port) },
    ({ client, target, breakConnection }) => {
      client.on('data', (chunk) => {
        if (network.blockWebsocket && /upgrade: *websocket/i.test(chunk.toString('latin1')))
          breakConnection();
        else target.write(chunk);
      });
      target.on('data', (chunk) => client.write(chunk));
    },
  );
  return Object.assign(network, { ...proxy, url: `http://127.0.0.1:${proxy.port}` });
}
