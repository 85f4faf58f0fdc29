import { authRenewSchema, CodedError, emptySchema, handshakeSchema, type Role } from '@rideline/contract';
import type { Logger } from '@rideline/platform/process/logger';
import { verifyRemembered } from '@rideline/platform/tokens/token-memory';
import type { Principal, TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Namespace, Socket } from 'socket.io';
import type { z } from 'zod';
import { parsed, toCodedError } from './http-server.ts';

export interface NamespaceParts {
  readonly keys: TokenKeys;
  readonly region: string;
  readonly log: Logger;
}

/** Admits sockets whose token is for the role; others get `connect_error` with the code. */
export function guard(namespace: Namespace, role: Role, parts: NamespaceParts): void {
  const { log } = parts;
  namespace.use(async (socket, next) => {
    try {
      const { token } = parsed(handshakeSchema, socket.handshake.auth);
      socket.data.principal = await verified(token, role, parts);
      next();
    } catch (error) {
      const refusal = toCodedError(error, log).toRefusal();
      next(Object.assign(new Error(refusal.code), { data: refusal }));
    }
  });
}

async function verified(token: string, role: Role, { keys, region }: NamespaceParts): Promise<Principal> {
  const principal = await verifyRemembered(keys, token, { audience: [role] });
  if (principal.region !== region) throw new CodedError('FORBIDDEN', 'The token is for another region.');
  return principal;
}

export const principalOf = (socket: Socket): Principal => socket.data.principal as Principal;

/** Parses the body with the contract's schema and acknowledges with the handler's answer or a coded refusal. */
export function onEvent<Schema extends z.ZodType>(
  socket: Socket,
  event: string,
  schema: Schema,
  log: Logger,
  handle: (body: z.output<Schema>) => Promise<object | undefined>,
): void {
  socket.on(event, async (...args: unknown[]) => {
    const ack = args.at(-1);
    const reply = async () => {
      try {
        const body = parsed(schema, typeof args[0] === 'function' ? {} : (args[0] ?? {}));
        return { ok: true, ...(await handle(body)) };
      } catch (error) {
        return toCodedError(error, log).toRefusal();
      }
    };
    const answer = await reply();
    if (typeof ack === 'function') ack(answer);
  });
}

/** The events of every namespace: the server's clock, and a newer token of the same user. */
export function onCommonEvents(socket: Socket, role: Role, parts: NamespaceParts): void {
  onEvent(socket, 'time', emptySchema, parts.log, async () => {
    const now = Date.now();
    return { domainMs: now, wallMs: now, rate: 1 };
  });
  onEvent(socket, 'auth:renew', authRenewSchema, parts.log, async ({ token }) => {
    const principal = await verified(token, role, parts);
    if (principal.userId !== principalOf(socket).userId) throw new CodedError('FORBIDDEN');
    socket.data.principal = principal;
    return { expiresAt: principal.expiresAtMs };
  });
}
