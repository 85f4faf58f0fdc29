import { startServerProcess } from './server-process.ts';
import type { Subject } from './subject.ts';

/** Two bare Socket.IO nodes, given further variables by `env`. Nobody follows: there is nothing that could be followed. */
export async function startBareStack(env: Readonly<Record<string, string>> = {}): Promise<Subject> {
  const entry = new URL('./bare-server.ts', import.meta.url);
  const servers = [await startServerProcess(entry, env), await startServerProcess(entry, env)];
  return {
    programs: servers.map(({ pid }, index) => ({ name: `gateway-${index + 1}`, pid })),
    durable: false,
    plan: async ({ drivers }) => ({
      nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
      drivers: Array.from({ length: drivers }, (_, n) => ({ id: `cab-${n}`, auth: {} })),
      riders: [],
      seen: false,
    }),
    stored: async () => null,
    async stop() {
      for (const server of servers) await server.stop();
    },
  };
}
