import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

/** A TCP proxy that plays a phone's bad network. */
export interface CutProxy {
  readonly url: string;
  /** Every connection is cut, and new ones are until `mend`. */
  cut(): void;
  mend(): void;
  /** Connections that ask for a websocket are cut, as by a middlebox that knows only plain HTTP. */
  blockWebsocket: boolean;
  close(): Promise<void>;
}

/** `target`: address of the front port. */
export async function startCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let down = false;
  const proxy = { blockWebsocket: false };

  const server = createServer((phone) => {
    if (down) {
      phone.destroy();
      return;
    }
    const upstream = createConnection(Number(port), hostname);
    const end = () => {
      phone.destroy();
      upstream.destroy();
      open.delete(phone);
      open.delete(upstream);
    };
    for (const socket of [phone, upstream]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    phone.on('data', (chunk) => {
      if (proxy.blockWebsocket && /upgrade: *websocket/i.test(chunk.toString('latin1'))) end();
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk) => phone.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return Object.assign(proxy, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      down = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      down = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
