import { CodedError, type Refusal } from '@rideline/contract';
import type { Logger } from '@rideline/platform/process/logger';
import type { z } from 'zod';
import type { GatewayMetrics } from '../metrics.ts';
import { disconnectWithReason } from './disconnect.ts';
import type { AnySocket } from './socket-data.ts';

/** What a listener for client events needs from the gateway. */
export interface ListenerContext {
  readonly wallMs: () => number;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/** Refuses an event: counts it, and answers when the client asked for an acknowledgement. */
export function refuse(ack: unknown, refusal: Refusal, metrics: GatewayMetrics): void {
  metrics.gateway_refused_total.inc({ stage: 'event', code: refusal.code });
  if (typeof ack === 'function') ack(refusal);
}

/** Checks rate and token. When it returns false, the event has been refused and the socket closed if necessary. */
export function admitEvent(socket: AnySocket, ack: unknown, context: ListenerContext): boolean {
  const { data } = socket;
  const nowMs = context.wallMs();
  const rate = data.limiter.take(nowMs);
  if (rate !== 'pass') {
    refuse(ack, new CodedError('SCALE_003', undefined, { retryAfterMs: 1000 }).toRefusal(), context.metrics);
    if (rate === 'close')
      disconnectWithReason(socket, { code: 'SCALE_003', reconnectAfterMs: 10_000 }, context);
    return false;
  }
  if (nowMs >= data.principal.expiresAtMs) {
    refuse(ack, new CodedError('TOKEN_EXPIRED').toRefusal(), context.metrics);
    disconnectWithReason(socket, { code: 'TOKEN_EXPIRED' }, context);
    return false;
  }
  return true;
}

/** The path of the first fault and what is wrong there; never a value. */
export function reasonOf({ issues: [issue] }: z.ZodError): string | undefined {
  return issue && (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message);
}

/** A refusal for any error: coded errors keep their code, others become INTERNAL without their text. */
export function toRefusal(error: unknown, event: string, context: ListenerContext): Refusal {
  if (error instanceof CodedError) return error.toRefusal();
  context.log.error({ err: error, event }, 'event failed');
  return new CodedError('INTERNAL').toRefusal();
}

/**
 * Listens to one event of a client: checks rate and token, parses the body with the schema, calls the handler, and acknowledges with its
 * data or a coded error. A handler's error, thrown or rejected, goes into the acknowledgement and no further. Events without an
 * acknowledgement are handled alike.
 */
export function onClientEvent<Schema extends z.ZodType>(
  socket: AnySocket,
  event: string,
  schema: Schema,
  context: ListenerContext,
  handler: (body: z.output<Schema>) => Promise<object | undefined> | object | undefined,
): void {
  const handle = async (body: unknown, ack: unknown) => {
    try {
      const parsed = schema.safeParse(body);
      if (!parsed.success) {
        throw new CodedError('VALIDATION', reasonOf(parsed.error));
      }
      const reply = await handler(parsed.data);
      if (typeof ack === 'function') ack({ ok: true, ...reply });
    } catch (error) {
      refuse(ack, toRefusal(error, event, context), context.metrics);
    }
  };
  socket.data.events.add(event);
  socket.on(event, (...args: unknown[]) => {
    const ack = args.at(-1);
    if (admitEvent(socket, ack, context))
      void handle(args.length > 0 && typeof args[0] !== 'function' ? args[0] : {}, ack);
  });
}

/** Unknown events of one socket after which it is closed. */
const MAX_UNKNOWN_EVENTS = 3;

/** Refuses events without a listener, and closes a socket that sends several. Call it after the last `onClientEvent` of the socket. */
export function refuseUnknownEvents(socket: AnySocket, context: ListenerContext): void {
  const { events } = socket.data;
  let unknownEvents = 0;
  socket.onAny((event: string, ...args: unknown[]) => {
    if (events.has(event)) return;
    const ack = args.at(-1);
    refuse(ack, new CodedError('UNKNOWN_EVENT').toRefusal(), context.metrics);
    unknownEvents++;
    if (unknownEvents >= MAX_UNKNOWN_EVENTS) disconnectWithReason(socket, { code: 'UNKNOWN_EVENT' }, context);
  });
}
