import {
  type Audience,
  authRenewSchema,
  CodedError,
  handshakeSchema,
  PROTOCOL,
  type Refusal,
  type RegionId,
} from '@rideline/contract';
import type { Revocations } from '@rideline/fleet/accounts/revocation-list';
import { type Principal, type TokenKeys, verifyToken } from '@rideline/platform/tokens/tokens';
import { connectionOf } from '../wire/engine-connection.ts';
import { type ListenerContext, onClientEvent, reasonOf } from './client-events.ts';
import { disconnectWithReason } from './disconnect.ts';
import { EventLimiter } from './event-limiter.ts';
import type { HandshakeAttempts } from './handshake-attempts.ts';
import type { AnyNamespace, AnyServer, AnySocket } from './socket-data.ts';
import type { UnauthenticatedConnections } from './unauthenticated-connections.ts';
import type { UnresponsiveSockets } from './unresponsive-sockets.ts';
import type { UserSockets } from './user-sockets.ts';

export interface HandshakeParts extends ListenerContext {
  readonly server: AnyServer;
  readonly region: RegionId;
  readonly keys: TokenKeys;
  readonly userSockets: UserSockets;
  readonly attempts: HandshakeAttempts;
  readonly unauthenticated: UnauthenticatedConnections;
  readonly unresponsive: UnresponsiveSockets;
  readonly maxConnections: number;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
}

/** Ms after which a client refused by a full gateway reconnects; spread so that clients do not reconnect together. */
const FULL_RETRY_MS = 5000;

/** Socket.IO sends `data` to the client as `connect_error.data`. */
class HandshakeRefused extends Error {
  readonly data: Refusal;
  constructor(data: Refusal) {
    super(data.code);
    this.data = data;
  }
}

/** Distinguishes a missing token (UNAUTHENTICATED) from a malformed request (VALIDATION). */
function parseAuth(auth: unknown) {
  const { token, protocol } = (auth ?? {}) as { token?: unknown; protocol?: unknown };
  if (typeof token !== 'string' || token === '') throw new CodedError('UNAUTHENTICATED');
  if (typeof protocol === 'number' && (protocol < PROTOCOL.min || protocol > PROTOCOL.max)) {
    throw new CodedError('PROTOCOL_UNSUPPORTED');
  }
  const parsed = handshakeSchema.safeParse(auth);
  if (!parsed.success) throw new CodedError('VALIDATION', reasonOf(parsed.error));
  return parsed.data;
}

/** @throws CodedError TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REVOKED, WRONG_AUDIENCE, FORBIDDEN */
async function principalOf(
  token: string,
  roles: readonly Audience[],
  parts: HandshakeParts,
): Promise<Principal<Audience>> {
  const principal = await verifyToken(parts.keys, token, { audience: roles });
  if (principal.region !== parts.region)
    throw new CodedError('FORBIDDEN', 'The token is for another region.');
  if (parts.revocations.isRevoked(principal)) throw new CodedError('TOKEN_REVOKED');
  // The leeway for clocks of others would let a link that has expired open once more, for a snapshot with the position.
  if (principal.role === 'share' && principal.expiresAtMs <= parts.wallMs())
    throw new CodedError('TOKEN_EXPIRED');
  return principal;
}

async function authenticate(
  socket: AnySocket,
  roles: readonly Audience[],
  parts: HandshakeParts,
): Promise<Principal<Audience>> {
  const connection = connectionOf(socket);
  const authenticated = parts.server.engine.clientsCount - parts.unauthenticated.size;
  if (parts.unauthenticated.has(connection) && authenticated >= parts.maxConnections) {
    const retryAfterMs = Math.round(FULL_RETRY_MS * (0.5 + Math.random()));
    throw new CodedError('SCALE_006', undefined, { retryAfterMs });
  }
  const { token } = parseAuth(socket.handshake.auth);
  await parts.attempts.turn(connection);
  const principal = await principalOf(token, roles, parts);
  const { userId } = principal;
  if (parts.userSockets.isFull(principal) && !(await parts.unresponsive.replaceOne(userId))) {
    throw new CodedError('CONNECTION_LIMIT', undefined, { retryAfterMs: FULL_RETRY_MS });
  }
  return principal;
}

function toHandshakeRefusal(error: unknown): Refusal {
  const coded = error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error });
  const range = coded.code === 'PROTOCOL_UNSUPPORTED' ? PROTOCOL : {};
  return { ...coded.toRefusal(), ...range };
}

/** Admits sockets whose token is for one of `roles`; others get `connect_error` with a coded refusal. */
export function guardNamespace(
  namespace: AnyNamespace,
  roles: readonly Audience[],
  parts: HandshakeParts,
): void {
  namespace.use((socket, next) => {
    authenticate(socket, roles, parts).then(
      (principal) => {
        Object.assign(socket.data, { principal, limiter: new EventLimiter(), events: new Set<string>() });
        // The token is no longer needed: it must not stay in memory, nor be sent when an adapter describes the socket.
        socket.handshake.auth = {};
        parts.attempts.succeeded(connectionOf(socket));
        parts.unauthenticated.remove(connectionOf(socket));
        next();
      },
      (error: unknown) => {
        const refusal = toHandshakeRefusal(error);
        next(new HandshakeRefused(refusal));
        parts.attempts.refused(connectionOf(socket), refusal.code);
      },
    );
  });
  namespace.on('connection', (socket) => {
    parts.userSockets.add(socket);
    parts.metrics.gateway_sockets.inc({ namespace: namespace.name });
    listenToRenewal(socket, roles, parts);
    // The token may have been revoked since the handshake. Checked after the other listeners have set up what a disconnect tears down.
    queueMicrotask(() => {
      if (parts.revocations.isRevoked(socket.data.principal))
        disconnectWithReason(socket, { code: 'TOKEN_REVOKED' }, parts);
      // Several handshakes of one user that were verified at once have each seen the room that only one of them has.
      else if (parts.userSockets.isOver(socket.data.principal))
        disconnectWithReason(socket, { code: 'CONNECTION_LIMIT' }, parts);
    });
    socket.on('disconnect', () => {
      parts.userSockets.remove(socket);
      if (!hasNamespace(socket)) parts.unauthenticated.add(connectionOf(socket));
      parts.metrics.gateway_sockets.dec({ namespace: namespace.name });
    });
  });
}

/** Whether the connection of a socket that was disconnected is still in a namespace that asks for a token. */
function hasNamespace(socket: AnySocket): boolean {
  const { sockets } = socket.client as unknown as { readonly sockets: ReadonlyMap<string, AnySocket> };
  return [...sockets.values()].some(({ nsp }) => nsp.name !== '/');
}

/** A connection outlives its token when the client sends a new one for the same user and role in time. */
function listenToRenewal(socket: AnySocket, roles: readonly Audience[], parts: HandshakeParts): void {
  onClientEvent(socket, 'auth:renew', authRenewSchema, parts, async ({ token }) => {
    const { userId, role } = socket.data.principal;
    const principal = await principalOf(token, roles, parts);
    if (principal.userId !== userId || principal.role !== role) throw new CodedError('FORBIDDEN');
    socket.data.principal = principal;
    return { expiresAt: principal.expiresAtMs };
  });
}

/** Closes the sockets of a user when this gateway learns that their tokens were revoked. */
export function closeRevoked(
  revocations: Revocations,
  parts: Pick<HandshakeParts, 'userSockets' | 'metrics'>,
): void {
  revocations.onRevoked((userId) => {
    for (const socket of [...parts.userSockets.of(userId)]) {
      if (revocations.isRevoked(socket.data.principal))
        disconnectWithReason(socket, { code: 'TOKEN_REVOKED' }, parts);
    }
  });
}
