import { gatewayFlags } from '../stack/gateway-flags.ts';
import { startServerProcess } from '../stack/server-process.ts';
import { followedByRider, type Subject } from '../stack/subject.ts';

/** One bare Socket.IO node with our gateways' V8 flags, drivers and riders on it: no position crosses nodes. */
export async function startBareFanout(): Promise<Subject> {
  const entry = new URL('./bare-server.ts', import.meta.url);
  const server = await startServerProcess(entry, { flags: gatewayFlags() });
  return {
    programs: [{ name: 'gateway-1', pid: server.pid }],
    durable: false,
    plan: async (numbers) => ({
      nodes: [{ host: '127.0.0.1', port: server.port }],
      drivers: Array.from({ length: numbers.drivers }, (_, n) => ({
        id: `cab-${n}`,
        auth: { id: `cab-${n}` },
      })),
      riders: followedByRider(numbers).map((driver) => ({
        auth: {},
        driver,
        subscribe: ['follow', `cab-${driver}`] as const,
      })),
      seen: false,
    }),
    stored: async () => null,
    stop: () => server.stop(),
  };
}
