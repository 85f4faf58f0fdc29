import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';

/** A TCP proxy that loses some responses: the server has executed the command, and the client does not receive the result. */
export interface LossyProxy extends TcpProxy {
  /** Share of lost responses; each loss also closes its connection. */
  share: number;
  readonly dropped: () => number;
}

/** @param random uniform in [0, 1) */
export async function startLossyProxy(host: string, port: number, random: () => number): Promise<LossyProxy> {
  const loss = { share: 0 };
  let dropped = 0;
  const proxy = await startTcpProxy({ host, port }, ({ client, target, breakConnection }) => {
    client.on('data', (chunk) => target.write(chunk));
    target.on('data', (chunk) => {
      if (random() >= loss.share) {
        client.write(chunk);
        return;
      }
      dropped += 1;
      breakConnection();
    });
  });
  return Object.assign(loss, { ...proxy, dropped: () => dropped });
}
