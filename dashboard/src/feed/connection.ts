import {
  type ErrorCode,
  type FleetFrame,
  type FleetWatch,
  fleetFrameSchema,
  goodbyeSchema,
  type OperatorToServer,
  PROTOCOL,
  refusalSchema,
  type ServerToOperator,
  serverTimeSchema,
  type TripsFrame,
  tripsFrameSchema,
} from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import type { TokenSource } from '../api/http.ts';
import { createStore, type Store } from '../store.ts';
import { clockFrom, type ServerClock } from '../time/server-clock.ts';
import { type Link, type LinkEvent, nextLink, retryDelayMs } from './link-state.ts';

const SDK = 'dashboard/0.1.0';
const TIME_EVERY_MS = 60_000;
const REPLY_MS = 5000;

export interface ConnectionEvents {
  /** Connected or reconnected: the next frame is a full one. */
  onConnected(): void;
  onFrame(frame: FleetFrame): void;
  onTrips(frame: TripsFrame): void;
  onClock(sample: ServerClock): void;
}

export interface Connection {
  readonly link: Store<Link>;
  /** Frames that did not match the contract: any means that the page and the server run different versions. */
  readonly badFrames: Store<number>;
  /** Sends a newer token of the session, so that the open connection outlives the old token. */
  renew(token: string): void;
  /** What the server sends; requested now when connected, and after each reconnect. */
  watch(watch: FleetWatch): void;
  retryNow(): void;
  close(): void;
}

/**
 * One socket to `/operator` for the whole session. It reconnects by itself: after a broken connection, after a `goodbye`
 * (when the server requested), and after a temporary refusal. It uses its own timer instead of Socket.IO's, because
 * Socket.IO stops reconnecting after a refusal in the handshake and after a disconnect by the server.
 *
 * @param nowMs epoch ms that never step back; also the base of the server clock · @param random in [0, 1)
 */
export function connect(
  token: TokenSource,
  events: ConnectionEvents,
  nowMs: () => number,
  random: () => number,
): Connection {
  const link = createStore<Link>({ kind: 'connecting' });
  const badFrames = createStore(0);
  const socket: Socket<ServerToOperator, OperatorToServer> = io('/operator', {
    auth: (give: (auth: object) => void) => {
      void token(refused).then((fresh) => {
        shown = fresh;
        give({ token: fresh, protocol: PROTOCOL.max, sdk: SDK });
      });
    },
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnection: false,
    forceNew: true,
  });
  /** The token of the current connection, and the one that the server rejected as expired. */
  let shown: string | undefined;
  let refused: string | undefined;
  let watched: FleetWatch | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let requestedDelayMs: number | undefined;

  const step = (event: LinkEvent) => link.set(nextLink(link.get(), event, nowMs()));
  const retry = () => {
    clearTimeout(retryTimer);
    step({ kind: 'retrying' });
    // Also while connected with a silent feed: a new connection may reach another gateway.
    socket.disconnect().connect();
  };
  const failed = (code: ErrorCode | null, detail?: string) => {
    const held = link.get();
    const delayMs = retryDelayMs(held.kind === 'lost' ? held.attempts + 1 : 0, requestedDelayMs, random());
    requestedDelayMs = undefined;
    // Not a reason to sign out: the session keeper refreshes the token, and reports when the session has ended.
    const hasExpired = code === 'TOKEN_EXPIRED';
    refused = hasExpired ? shown : undefined;
    step({ kind: 'failed', code: hasExpired ? null : code, detail, retryAtMs: nowMs() + delayMs });
    clearTimeout(retryTimer);
    if (link.get().kind === 'lost') retryTimer = setTimeout(retry, delayMs);
    else socket.disconnect();
  };
  const requestTime = () => {
    const sent = nowMs();
    socket.timeout(REPLY_MS).emit('time', {}, (error: Error | null, answer: unknown) => {
      const time = serverTimeSchema.safeParse(answer);
      // Without a reply the current clock continues; the next request follows in a minute.
      if (error === null && time.success) events.onClock(clockFrom(time.data, sent, nowMs()));
    });
  };
  const sendWatch = () => {
    if (watched !== null && socket.connected) socket.emit('fleet:watch', watched);
  };
  const timeTimer = setInterval(() => {
    if (socket.connected) requestTime();
  }, TIME_EVERY_MS);

  socket.on('connect', () => {
    clearTimeout(retryTimer);
    step({ kind: 'connected' });
    events.onConnected();
    requestTime();
    sendWatch();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const refusal = refusalSchema.safeParse(error.data);
    if (refusal.success) requestedDelayMs = refusal.data.retryAfterMs;
    failed(refusal.success ? refusal.data.code : null, refusal.success ? refusal.data.detail : undefined);
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') failed(null);
  });
  socket.on('goodbye', (message) => {
    const goodbye = goodbyeSchema.safeParse(message);
    if (!goodbye.success) return;
    requestedDelayMs = goodbye.data.reconnectAfterMs;
    failed(goodbye.data.code);
    socket.disconnect();
  });
  socket.on('fleet:frame', (message) => {
    const frame = fleetFrameSchema.safeParse(message);
    if (frame.success) events.onFrame(frame.data);
    else badFrames.set(badFrames.get() + 1);
  });
  socket.on('trips:frame', (message) => {
    const frame = tripsFrameSchema.safeParse(message);
    if (frame.success) events.onTrips(frame.data);
    else badFrames.set(badFrames.get() + 1);
  });

  return {
    link,
    badFrames,
    renew(fresh) {
      shown = fresh;
      // When the server rejects it, the connection ends with its old token and reconnects with the new one.
      if (socket.connected) socket.emit('auth:renew', { token: fresh }, () => undefined);
    },
    watch(watch) {
      watched = watch;
      sendWatch();
    },
    retryNow: retry,
    close() {
      clearTimeout(retryTimer);
      clearInterval(timeTimer);
      socket.disconnect();
    },
  };
}
