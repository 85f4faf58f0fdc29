import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Both ends of one connection. When one closes, the other is closed too, unless the proxy was started with `endsTogether: false`. */
export interface ProxiedConnection {
  readonly client: Socket;
  readonly target: Socket;
  /** Breaks both ends at once. */
  breakConnection(): void;
}

/** A TCP proxy for tests of bad networks, on a free local port. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection, and every new one until `restore`. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

/**
 * @param relay forwards the bytes of a connection: it listens to `data` of both ends and writes what may pass to the other end
 * @param options.endsTogether false: the relay closes the other end, or leaves it open, as a server's connection to a phone that vanished
 */
export async function startTcpProxy(
  to: { readonly host: string; readonly port: number },
  relay: (connection: ProxiedConnection) => void,
  { endsTogether = true }: { readonly endsTogether?: boolean } = {},
): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let isDown = false;
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const target = connect(to.port, to.host);
    const breakConnection = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      open.add(socket);
      // Both ends see the break itself; the error adds nothing.
      socket.on('error', () => {
        if (endsTogether) breakConnection();
      });
      socket.on('close', () => {
        open.delete(socket);
        if (endsTogether) breakConnection();
      });
    }
    relay({ client, target, breakConnection });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isDown = true;
      breakAll();
    },
    restore() {
      isDown = false;
    },
    async close() {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
