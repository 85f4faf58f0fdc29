import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A server that speaks clamd's INSTREAM and reports what contains `INFECTED`. */
export interface Clamd {
  /** Uploads scanned. */
  readonly scanned: () => number;
  close(): Promise<void>;
}

export const INFECTED = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';
const COMMAND_BYTES = 'zINSTREAM\0'.length;

/** The chunks of a request; null while it is not complete. */
function contentOf(request: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = COMMAND_BYTES; at + 4 <= request.length; ) {
    const length = request.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(request.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

export async function startClamd(port: number): Promise<Clamd> {
  let scanned = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    let request = Buffer.alloc(0);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (part) => {
      request = Buffer.concat([request, part]);
      const content = contentOf(request);
      if (content === null) return;
      scanned += 1;
      socket.end(content.includes(INFECTED) ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    scanned: () => scanned,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
