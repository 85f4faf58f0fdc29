import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as SocketClient from 'socket.io-client';

/**
 * The Socket.IO client that Artillery itself depends on. `npx artillery` keeps it in a folder of npm's own, where an import from this folder
 * does not find it: it is looked up from the program that runs, which is Artillery's main file or the file of its worker threads.
 * @throws Error when neither Artillery nor this package has it
 */
export function loadSocketClient(program: string | undefined = process.argv[1]): typeof SocketClient {
  const places = [program === undefined ? null : realpathSync(program), import.meta.filename];
  for (const place of places) {
    if (place === null) continue;
    try {
      return createRequire(place)('socket.io-client') as typeof SocketClient;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error('socket.io-client is not installed: run this scenario with artillery 2');
}
