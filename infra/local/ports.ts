import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range of ephemeral ports (from 32768 on Linux, 49152 on macOS): a port inside it could be the source port of some
 * connection at the moment when a killed process is started again on it.
 */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 32_000;
const MAX_TRIES = 500;

/** Whether a server can listen on this port now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `count` different free ports, chosen at random so that two launchers seldom choose the same. */
export async function freePorts(count: number, taken: ReadonlySet<number> = new Set()): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < MAX_TRIES; tries += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (!taken.has(port) && !found.has(port) && (await isPortFree(port))) found.add(port);
  }
  if (found.size < count)
    throw new Error(`no ${count} free ports between ${LOWEST_PORT} and ${HIGHEST_PORT}`);
  return [...found];
}
