import { CodedError, type ErrorCode, type Refusal } from '@rideline/contract';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { z } from 'zod';
import type { AnySocket } from './socket-data.ts';

/** What listeners need of the gateway. */
export interface ListenerContext {
  readonly wallMs: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Answers a frame with a refusal when it asked for an answer; counts it in any case. */
export function refuse(ack: unknown, refusal: Refusal, metrics: Metrics): void {
  metrics.gateway_refused_total.inc({ stage: 'event', code: refusal.code });
  if (typeof ack === 'function') ack(refusal);
}

/** Tells a client why it is closed, then closes its connection with all its namespaces. */
export function sayGoodbye(
  socket: AnySocket,
  goodbye: { code: ErrorCode; reconnectAfterMs?: number },
  context: Pick<ListenerContext, 'metrics'>,
): void {
  context.metrics.gateway_goodbyes_total.inc({ code: goodbye.code });
  socket.emit('goodbye', goodbye);
  // true: the whole connection. conn.close() alone would leave the client a session to come back to (docs/design/reliability.md, "Findings", 1).
  socket.disconnect(true);
}

/** Whether an event may be handled now: rate and token. Otherwise it has been answered, and the socket closed when that is due. */
export function admitEvent(socket: AnySocket, ack: unknown, context: ListenerContext): boolean {
  const { data } = socket;
  const nowMs = context.wallMs();
  const rate = data.limiter.take(nowMs);
  if (rate !== 'pass') {
    refuse(ack, new CodedError('SCALE_003', undefined, { retryAfterMs: 1000 }).toRefusal(), context.metrics);
    if (rate === 'close') sayGoodbye(socket, { code: 'SCALE_003', reconnectAfterMs: 10_000 }, context);
    return false;
  }
  if (nowMs >= data.principal.expiresAtMs) {
    refuse(ack, new CodedError('TOKEN_EXPIRED').toRefusal(), context.metrics);
    sayGoodbye(socket, { code: 'TOKEN_EXPIRED' }, context);
    return false;
  }
  return true;
}

/** A refusal for any error: ours with their code, others as INTERNAL without their text. */
export function toRefusal(error: unknown, event: string, context: ListenerContext): Refusal {
  if (error instanceof CodedError) return error.toRefusal();
  context.log.error({ err: error, event }, 'event failed');
  return new CodedError('INTERNAL').toRefusal();
}

/**
 * Listens to one event: rate and token, shape by its schema, handler, then data or a coded error in the acknowledgement. A handler's
 * error, thrown or rejected, ends in the acknowledgement and never beyond. An event without acknowledgement is handled all the same.
 */
export function on<Schema extends z.ZodType>(
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
        const issue = parsed.error.issues[0];
        throw new CodedError('VALIDATION', issue && `${issue.path.join('.')}: ${issue.message}`);
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

/** Events that no listener knows: refused, and the third closes the socket. */
const STRIKES = 3;

/** To be called after the last `on` of a socket. */
export function refuseUnknownEvents(socket: AnySocket, context: ListenerContext): void {
  const { events } = socket.data;
  let strikes = 0;
  socket.onAny((event: string, ...args: unknown[]) => {
    if (events.has(event)) return;
    const ack = args.at(-1);
    refuse(ack, new CodedError('UNKNOWN_EVENT').toRefusal(), context.metrics);
    strikes++;
    if (strikes >= STRIKES) sayGoodbye(socket, { code: 'UNKNOWN_EVENT' }, context);
  });
}
