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
const ANSWER_MS = 5000;

export interface ConnectionEvents {
  /** Connected anew: the next frame is a full one. */
  onConnected(): void;
  onFrame(frame: FleetFrame): void;
  onTrips(frame: TripsFrame): void;
  onClock(sample: ServerClock): void;
}

export interface Connection {
  readonly link: Store<Link>;
  /** Frames that did not match the contract: more than none means that page and server are of different versions. */
  readonly badFrames: Store<number>;
  /** A newer token of the session: a connection that stands outlives the old one by it. */
  renew(token: string): void;
  /** What to send; sent now when connected, and again after each reconnect. */
  watch(watch: FleetWatch): void;
  retryNow(): void;
  close(): void;
}

/**
 * One socket to `/operator`, for as long as the session lasts. It connects again by itself: after a broken wire, after
 * a goodbye (when the server said), after a refusal that passes. Our own timer does it, not Socket.IO's, because
 * Socket.IO gives up after a refusal in the handshake and after a disconnect by the server.
 *
 * @param now monotonic ms (also the base of the server clock) · @param random in [0, 1)
 */
export function connect(
  token: TokenSource,
  events: ConnectionEvents,
  now: () => number,
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
  /** The token that this connection was made with, and the one that was called expired. */
  let shown: string | undefined;
  let refused: string | undefined;
  let watched: FleetWatch | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let askedMs: number | undefined;

  const step = (event: LinkEvent) => link.set(nextLink(link.get(), event, now()));
  const retry = () => {
    clearTimeout(retryTimer);
    step({ kind: 'retrying' });
    // Also when the wire stands and only the feed is silent: a new connection may reach another gateway.
    socket.disconnect().connect();
  };
  const failed = (code: ErrorCode | null, detail?: string) => {
    const held = link.get();
    const delayMs = retryDelayMs(held.kind === 'lost' ? held.attempts + 1 : 0, askedMs, random());
    askedMs = undefined;
    // The session has another one; whether it has ended, it says itself.
    const ranOut = code === 'TOKEN_EXPIRED';
    refused = ranOut ? shown : undefined;
    step({ kind: 'failed', code: ranOut ? null : code, detail, retryAt: now() + delayMs });
    clearTimeout(retryTimer);
    if (link.get().kind === 'lost') retryTimer = setTimeout(retry, delayMs);
    else socket.disconnect();
  };
  const askTime = () => {
    const sent = now();
    socket.timeout(ANSWER_MS).emit('time', {}, (error: Error | null, answer: unknown) => {
      const time = serverTimeSchema.safeParse(answer);
      // No answer in time: the clock that is held goes on, the next question is a minute away.
      if (error === null && time.success) events.onClock(clockFrom(time.data, sent, now()));
    });
  };
  const sendWatch = () => {
    if (watched !== null && socket.connected) socket.emit('fleet:watch', watched);
  };
  const timeTimer = setInterval(() => {
    if (socket.connected) askTime();
  }, TIME_EVERY_MS);

  socket.on('connect', () => {
    clearTimeout(retryTimer);
    step({ kind: 'connected' });
    events.onConnected();
    askTime();
    sendWatch();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const refusal = refusalSchema.safeParse(error.data);
    if (refusal.success) askedMs = refusal.data.retryAfterMs;
    failed(refusal.success ? refusal.data.code : null, refusal.success ? refusal.data.detail : undefined);
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') failed(null);
  });
  socket.on('goodbye', (message) => {
    const goodbye = goodbyeSchema.safeParse(message);
    if (!goodbye.success) return;
    askedMs = goodbye.data.reconnectAfterMs;
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
      // Not taken: the connection ends with its token, and comes again with the new one.
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
