import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can lose one answer: what a driver sees when a connection breaks after its write was done. */
export interface ReplyDropper {
  readonly port: number;
  /** The answer to the next request that holds this command is dropped and its connection broken. */
  dropNextReplyTo(command: string): void;
  dropped(): number;
  close(): Promise<void>;
}

export async function startReplyDropper(targetHost: string, targetPort: number): Promise<ReplyDropper> {
  const sockets = new Set<Socket>();
  let command: Buffer | undefined;
  let dropped = 0;

  const server = createServer((client) => {
    const target = connect(targetPort, targetHost);
    let dropping = false;
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
    client.on('data', (chunk) => {
      if (command !== undefined && chunk.includes(command)) {
        command = undefined;
        dropping = true;
      }
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (!dropping) {
        client.write(chunk);
        return;
      }
      dropped++;
      breakBoth();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    dropNextReplyTo: (name) => {
      // In BSON: an element of type string, its name, a zero byte.
      command = Buffer.from(`\u0002${name}\0`);
    },
    dropped: () => dropped,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
