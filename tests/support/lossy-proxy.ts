import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that now and then loses an answer: what was asked for has been done, and who asked does not hear it. */
export interface LossyProxy {
  readonly port: number;
  /** Share of answers that are lost, each with its connection. */
  share: number;
  readonly dropped: () => number;
  close(): Promise<void>;
}

/** @param random uniform in [0, 1) */
export async function startLossyProxy(host: string, port: number, random: () => number): Promise<LossyProxy> {
  const sockets = new Set<Socket>();
  const proxy = { share: 0 };
  let dropped = 0;
  const server = createServer((client) => {
    const target = connect(port, host);
    const breakBoth = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', breakBoth);
      socket.on('close', () => {
        sockets.delete(socket);
        breakBoth();
      });
    }
    client.on('data', (chunk) => target.write(chunk));
    target.on('data', (chunk) => {
      if (random() >= proxy.share) {
        client.write(chunk);
        return;
      }
      dropped += 1;
      breakBoth();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return Object.assign(proxy, {
    port: address.port,
    dropped: () => dropped,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}
