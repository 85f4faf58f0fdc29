import { watchRevocations } from '@rideline/fleet/accounts/revocation-watch';
import { createNotificationStore } from '@rideline/fleet/notifications/notification-store';
import { createUnseenMarks } from '@rideline/fleet/notifications/unseen-mark';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import { maxUnauthenticatedFor } from '../config.ts';
import { drain } from '../process/drain.ts';
import type { ListenerContext } from '../socket/client-events.ts';
import { closeRevoked, guardNamespace, type HandshakeParts } from '../socket/handshake.ts';
import { HandshakeAttempts } from '../socket/handshake-attempts.ts';
import { Notifications } from '../socket/notifications.ts';
import { createGatewayServer, type GatewayServer } from '../socket/server.ts';
import type { AnyNamespace } from '../socket/socket-data.ts';
import { startSocketGuard } from '../socket/socket-guard.ts';
import { UnauthenticatedConnections } from '../socket/unauthenticated-connections.ts';
import { UnresponsiveSockets } from '../socket/unresponsive-sockets.ts';
import { UserSockets } from '../socket/user-sockets.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { GatewayServers } from './open-servers.ts';

/** Ms of the stop that may go to disconnecting clients, and to writing acknowledgements. */
const DRAIN_MS = 4000;
const LAST_FLUSH_MS = 3000;
/** mongoose's `readyState` of a connection that is up. */
const MONGO_CONNECTED = 1;

export interface OpenSockets {
  readonly server: GatewayServer;
  readonly driver: AnyNamespace;
  readonly rider: AnyNamespace;
  readonly operator: AnyNamespace;
  readonly userSockets: UserSockets;
  readonly notifications: Notifications;
  /** What every listener of a client's events needs. */
  readonly listener: ListenerContext;
}

/** The Socket.IO server, not listening yet: its namespaces behind the handshake, notifications, and the drain at the stop. */
export async function openSockets(
  gateway: GatewayProcess,
  servers: GatewayServers,
  keys: TokenKeys,
): Promise<OpenSockets> {
  const { config, clock, metrics, health, log, onStop } = gateway;
  const listener = { wallMs: clock.wallMs, metrics, log };
  const { publisher, cacheSubscriber: subscriber } = servers;
  const attempts = new HandshakeAttempts(['/driver', '/rider', '/operator'], listener);
  const maxUnauthenticated = maxUnauthenticatedFor(config.maxConnections);
  const unauthenticated = new UnauthenticatedConnections({
    ...listener,
    max: maxUnauthenticated,
    maxPerNetwork: Math.min(config.maxUnauthenticatedPerAddress, maxUnauthenticated),
  });
  const server = createGatewayServer({
    config,
    publisher,
    subscriber,
    metrics,
    log,
    hardLimit: config.maxConnections + maxUnauthenticated,
    onConnection: (connection, network) => {
      attempts.watch(connection, network);
      unauthenticated.open(connection, network);
    },
  });
  onStop('drain', 'socket server', async () => {
    await server.io.close();
  });
  const userSockets = new UserSockets();
  const driver = server.io.of('/driver');
  const rider = server.io.of('/rider');
  const operator = server.io.of('/operator');
  const namespaces = [driver, rider, operator];

  const unresponsive = new UnresponsiveSockets(userSockets, listener);
  const clients = { server: server.io, userSockets, attempts, unauthenticated, unresponsive };
  const handshake = await openHandshake(gateway, servers, { ...listener, ...clients, keys });
  guardNamespace(driver, ['driver'], handshake);
  guardNamespace(rider, ['rider', 'share'], handshake);
  guardNamespace(operator, ['operator', 'admin'], handshake);
  const guard = startSocketGuard(namespaces, unauthenticated, listener);
  onStop('work', 'socket guard', () => guard.stop());

  const notifications = openNotifications(gateway, servers, userSockets);
  for (const namespace of [driver, rider]) namespace.on('connection', notifications.onConnection);

  onStop('drain', 'clients', () => drain({ namespaces, health, context: listener, log, maxMs: DRAIN_MS }));
  return { server, driver, rider, operator, userSockets, notifications, listener };
}

/** Revocations and limits of connections. */
async function openHandshake(
  gateway: GatewayProcess,
  { db }: GatewayServers,
  parts: Omit<HandshakeParts, 'region' | 'revocations' | 'maxConnections'>,
): Promise<HandshakeParts> {
  const { region, maxConnections } = gateway.config;
  const revocations = await watchRevocations({ ...gateway, db });
  const handshake = { ...parts, revocations, region, maxConnections };
  closeRevoked(revocations, handshake);
  return handshake;
}

function openNotifications(
  { config, clock, metrics, log, onStop }: GatewayProcess,
  { cache, db, mongo }: GatewayServers,
  userSockets: UserSockets,
): Notifications {
  const notifications = new Notifications({
    store: createNotificationStore({ db, region: config.region, clock }),
    unseen: createUnseenMarks(cache, config.region),
    mongoIsUp: () => mongo.connection.readyState === MONGO_CONNECTED,
    wallMs: clock.wallMs,
    userSockets,
    metrics,
    log,
  });
  onStop('flush', 'notifications', () => notifications.stop(LAST_FLUSH_MS));
  return notifications;
}
