import { startTcpProxy, type TcpProxy } from '../proxy/tcp-proxy.ts';

/** A TCP proxy that can lose one answer: what a driver sees when a connection breaks after its write was done. */
export interface ReplyDropper extends TcpProxy {
  /** The answer to the next request that holds this command is dropped and its connection broken. */
  dropNextReplyTo(command: string): void;
  dropped(): number;
}

export async function startReplyDropper(host: string, port: number): Promise<ReplyDropper> {
  let command: Buffer | undefined;
  let dropped = 0;
  const proxy = await startTcpProxy({ host, port }, ({ client, target, breakOff }) => {
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
      breakOff();
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
