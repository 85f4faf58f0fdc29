import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { withinMs } from '@rideline/platform/overload/deadline';
import { Server, type Socket } from 'socket.io';
import { WebSocket } from 'ws';
import { directEvent, isDirect, sendDirectly } from './direct-send.ts';
import { hotEvent, takeHotEvent } from './hot-event.ts';
import { HotWebSocketServer } from './hot-websocket.ts';
import { CHECKED_VERSIONS, type Internal, inspect, missingInternals } from './internals.ts';

const NAMESPACE = '/probe';
const DEADLINE_MS = 5000;

/** What a connection of this gateway's engine to itself has shown. */
export interface ProbeResult {
  readonly missing: readonly Internal[];
  /** The fast paths that were taken: events read past Socket.IO, and events written past it. */
  readonly fastPaths: Readonly<Record<'read' | 'send', boolean>>;
  /** Versions other than the ones that the table of internals was written against: `ws 8.22.0`. */
  readonly otherVersions: readonly string[];
}

/** The version of an installed package, also when it does not export its package.json. */
function installedVersion(name: string): string {
  const require = createRequire(import.meta.url);
  // Engine.IO is a dependency of Socket.IO, which may have its own copy.
  const from = name === 'engine.io' ? createRequire(require.resolve('socket.io')) : require;
  let folder = dirname(from.resolve(name));
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
      if (found.name === name) return found.version ?? 'unknown';
    } catch {
      // No package.json in this folder: the package's own is further up.
    }
    const parent = dirname(folder);
    if (parent === folder) return 'unknown';
    folder = parent;
  }
}

function otherVersions(): string[] {
  const { node, ...packages } = CHECKED_VERSIONS;
  const installed = Object.entries(packages).map(([name, checked]) => [
    name,
    checked,
    installedVersion(name),
  ]);
  const major = process.versions.node.split('.')[0];
  return [...installed, ['node', node, major]]
    .filter(([, checked, version]) => checked !== version)
    .map(([name, , version]) => `${name} ${version}`);
}

/** A Socket.IO client without a library: joins the namespace, sends one event, and resolves with the first event that it gets. */
function exchange(client: WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('the connection was closed')));
    client.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('0')) client.send(`40${NAMESPACE},`);
      else if (text.startsWith('40')) client.send(`42${NAMESPACE},["read",{"n":1}]`);
      else if (text.startsWith('42')) resolve(text);
    });
  });
}

/** Handles the probe's only socket: looks at it, takes the hot event, and answers directly. */
function watchSocket(io: Server, onShown: (shown: Omit<ProbeResult, 'otherVersions'>) => void): void {
  const namespace = io.of(NAMESPACE);
  const read = hotEvent(namespace, 'read');
  namespace.on('connection', (socket: Socket) => {
    const answer = (isRead: boolean) => {
      onShown({
        missing: missingInternals(inspect(io, socket)),
        fastPaths: { read: isRead, send: isDirect(socket) },
      });
      sendDirectly(socket, directEvent(NAMESPACE, 'sent', { n: 1 }));
    };
    takeHotEvent(socket, read, () => answer(true));
    socket.on('read', () => answer(false));
  });
}

/**
 * Connects to an own server with the gateway's websocket engine over loopback, and sends one event each way.
 * @throws when the two events are not exchanged within 5 s
 */
export async function probeInternals(
  engine: typeof HotWebSocketServer = HotWebSocketServer,
): Promise<ProbeResult> {
  await using opened = new AsyncDisposableStack();
  const http = createServer();
  const io: Server = new Server(http, { serveClient: false, wsEngine: engine });
  opened.defer(() => io.close());
  let shown: Omit<ProbeResult, 'otherVersions'> | undefined;
  watchSocket(io, (result) => {
    shown = result;
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  opened.defer(() => client.terminate());
  const late = () => new Error(`no event within ${DEADLINE_MS} ms`);
  await withinMs(exchange(client), DEADLINE_MS, late);
  if (shown === undefined) throw new Error('the event came from nowhere');
  return { ...shown, otherVersions: otherVersions() };
}
