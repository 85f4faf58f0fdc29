import { gatewayFlags } from './gateway-flags.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Subject } from './subject.ts';

export interface BareStackOptions {
  /** Default: two. */
  readonly nodes?: number;
  /** Further environment variables of the processes. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Bare Socket.IO nodes with our gateways' V8 flags. There are no riders: bare Socket.IO has nothing to follow. */
export async function startBareStack({ nodes = 2, env = {} }: BareStackOptions = {}): Promise<Subject> {
  await using started = new AsyncDisposableStack();
  const entry = new URL('./bare-server.ts', import.meta.url);
  const servers: ServerProcess[] = [];
  while (servers.length < nodes) {
    const server = await startServerProcess(entry, { env, flags: gatewayFlags() });
    started.defer(() => server.stop());
    servers.push(server);
  }
  const running = started.move();
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
    stop: () => running.disposeAsync(),
  };
}
