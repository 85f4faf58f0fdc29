import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that plays a phone's bad network. */
export interface CutProxy extends Omit<TcpProxy, 'port'> {
  readonly url: string;
  /** Connections that ask for a websocket are cut, as by a middlebox that knows only plain HTTP. */
  blockWebsocket: boolean;
}

/** `front`: address of the front port. */
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
