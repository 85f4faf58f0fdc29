import { startTcpProxy, type TcpProxy } from '../proxy/tcp-proxy.ts';

/** A TCP proxy that can lose one response, as when a connection breaks after the write was applied. */
export interface ReplyDropper extends TcpProxy {
  /** Drops the response to the next request with this command, and breaks its connection. */
  dropNextReplyTo(command: string): void;
  dropped(): number;
}

export async function startReplyDropper(host: string, port: number): Promise<ReplyDropper> {
  let command: Buffer | undefined;
  let dropped = 0;
  const proxy = await startTcpProxy({ host, port }, ({ client, target, breakConnection }) => {
    let isDropping = false;
    client.on('data', (chunk) => {
      if (command !== undefined && chunk.includes(command)) {
        command = undefined;
        isDropping = true;
      }
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (!isDropping) {
        client.write(chunk);
        return;
      }
      dropped += 1;
      breakConnection();
    });
  });
  return {
    ...proxy,
    dropNextReplyTo(name) {
      // In BSON: an element of type string, its name, a zero byte.
      command = Buffer.from(`\u0002${name}\0`);
    },
    dropped: () => dropped,
  };
}
