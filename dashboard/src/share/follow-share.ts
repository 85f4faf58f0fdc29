import type {
  Goodbye,
  RiderToServer,
  ServerToRider,
  ShareSession,
  TrackSubscribed,
  TripId,
} from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import { createStore, type Store } from '../store.ts';
import { fromSnapshot, hasEnded, type SharedRide, withEvent, withPosition } from './shared-ride.ts';

/** ended: with its trip · link: withdrawn or expired · unknown: there is no such link. */
export type OverReason = 'ended' | 'link' | 'unknown';

export type SharePage =
  | { readonly kind: 'opening' }
  | {
      readonly kind: 'following';
      readonly ride: SharedRide;
      readonly connected: boolean;
      readonly endsAt: string;
    }
  | { readonly kind: 'over'; readonly why: OverReason };

const PROTOCOL = 1;
const SDK = 'share-page/0.1.0';
const TIMEOUT_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;
/** A session is asked for again this long before its token expires. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_LEAST_MS = 5000;
/** `track:seen`: the server sends no more than eight positions that it does not know as seen. */
const SEEN_EVERY = 4;

type RiderSocket = Socket<ServerToRider, RiderToServer>;

/** Why the server gives no session; null: it may be asked again. Of a link that was withdrawn it says that there is none. */
function overReason(status: number, hadSession: boolean): OverReason | null {
  if (status === 410) return 'link';
  if (status === 404 && hadSession) return 'link';
  return status === 404 || status === 400 ? 'unknown' : null;
}

/** Follows a ride through a share link: the whole life of the page, from the secret in its address to the end of the ride. */
export class FollowShare {
  readonly page: Store<SharePage> = createStore<SharePage>({ kind: 'opening' });
  readonly #secret: string;
  readonly #nowMs: () => number;
  #socket: RiderSocket | null = null;
  #session: (ShareSession & { readonly receivedMs: number }) | null = null;
  #hadSession = false;
  #failures = 0;
  #requestedDelayMs = 0;
  #unseen = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #renew: ReturnType<typeof setTimeout> | undefined;

  /** @param nowMs a monotonic clock */
  constructor(secret: string, nowMs: () => number) {
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  start(): void {
    void this.#open();
  }

  /** The browser is online again, or the page is looked at again. */
  wake(): void {
    if (this.#retry === undefined) return;
    this.#failures = 0;
    void this.#open();
  }

  async #open(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const session = await this.#freshSession();
    if (session !== null) this.#connect(session);
  }

  /** A session whose token is good for a while; null after a failure, which was handled. */
  async #freshSession(): Promise<ShareSession | null> {
    const held = this.#session;
    if (held !== null && this.#leftMs() > RENEW_BEFORE_MS) return held;
    let status = 0;
    try {
      const response = await fetch('/v1/shares/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ share: this.#secret }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      ({ status } = response);
      if (response.ok) {
        this.#session = { ...((await response.json()) as ShareSession), receivedMs: this.#nowMs() };
        this.#hadSession = true;
        this.#scheduleRenewal();
        return this.#session;
      }
      this.#requestedDelayMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
    } catch {
      // No network, or a server that does not answer: tried again.
    }
    const why = overReason(status, this.#hadSession);
    if (why === null) this.#later();
    else this.#over(why);
    return null;
  }

  #leftMs(): number {
    if (this.#session === null) return 0;
    return this.#session.expiresIn * 1000 - (this.#nowMs() - this.#session.receivedMs);
  }

  #scheduleRenewal(): void {
    clearTimeout(this.#renew);
    const inMs = Math.max(RENEW_LEAST_MS, this.#leftMs() - RENEW_BEFORE_MS);
    this.#renew = setTimeout(() => void this.#renewToken(), inMs);
  }

  /** The next token for the open connection; the server closes it when it gets none. */
  async #renewToken(): Promise<void> {
    if (this.#socket?.connected !== true) return;
    const session = await this.#freshSession();
    if (session !== null) this.#socket?.emit('auth:renew', { token: session.token }, () => undefined);
  }

  #connect(session: ShareSession): void {
    this.#drop();
    const socket: RiderSocket = io('/rider', {
      auth: { token: session.token, protocol: PROTOCOL, sdk: SDK },
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnection: false,
      forceNew: true,
      timeout: TIMEOUT_MS,
    });
    this.#socket = socket;
    socket.on('connect', () => this.#subscribe(session.tripId));
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      // The next attempt asks for a session, which says whether the link still works.
      if (error.data?.code !== undefined) this.#session = null;
      this.#lost(socket);
    });
    socket.on('disconnect', () => this.#lost(socket));
    socket.on('goodbye', (goodbye) => this.#goodbye(socket, goodbye));
    socket.on('location:update', (position) => {
      this.#change((ride) => withPosition(ride, position, this.#nowMs()));
      this.#unseen += 1;
      if (this.#unseen < SEEN_EVERY) return;
      this.#unseen = 0;
      socket.emit('track:seen', { tripId: session.tripId, pos: position.pos });
    });
    socket.on('trip:event', (event) => {
      let again = false;
      this.#change((ride) => {
        const next = withEvent(ride, event);
        ({ again } = next);
        return next.ride;
      });
      if (again) this.#subscribe(session.tripId);
    });
    socket.on('track:reset', (subscribed) => this.#start(subscribed));
  }

  #subscribe(tripId: TripId): void {
    const socket = this.#socket;
    if (socket?.connected !== true) return;
    socket.timeout(TIMEOUT_MS).emit('track:subscribe', { tripId }, (error, reply) => {
      if (socket !== this.#socket) return;
      if (error !== null) this.#lost(socket);
      else if (reply.ok) this.#start(reply);
      else if (reply.code === 'GONE') this.#over('ended');
      else if (reply.code === 'FORBIDDEN') this.#over('link');
      else {
        this.#requestedDelayMs = reply.retryAfterMs ?? 0;
        this.#lost(socket);
      }
    });
  }

  #start(subscribed: TrackSubscribed): void {
    this.#failures = 0;
    this.#unseen = 0;
    const ride = fromSnapshot(subscribed, this.#nowMs());
    const endsAt = this.#session?.shareExpiresAt ?? '';
    this.page.set({ kind: 'following', ride, connected: true, endsAt });
    if (hasEnded(ride)) this.#over('ended');
  }

  #change(change: (ride: SharedRide) => SharedRide): void {
    const page = this.page.get();
    if (page.kind !== 'following') return;
    const ride = change(page.ride);
    if (ride === page.ride) return;
    this.page.set({ ...page, ride });
    if (hasEnded(ride)) this.#over('ended');
  }

  #goodbye(socket: RiderSocket, { code, reconnectAfterMs }: Goodbye): void {
    if (code === 'GONE') this.#over('ended');
    else if (code === 'TOKEN_REVOKED') this.#over('link');
    else {
      if (code === 'TOKEN_EXPIRED') this.#session = null;
      this.#requestedDelayMs = reconnectAfterMs ?? 0;
      this.#lost(socket);
    }
  }

  #lost(socket: RiderSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    const page = this.page.get();
    if (page.kind === 'following') this.page.set({ ...page, connected: false });
    this.#later();
  }

  #later(): void {
    if (this.page.get().kind === 'over') return;
    const bound = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#open(), this.#requestedDelayMs + Math.random() * bound);
    this.#requestedDelayMs = 0;
  }

  #over(why: OverReason): void {
    if (this.page.get().kind === 'over') return;
    this.page.set({ kind: 'over', why });
    clearTimeout(this.#retry);
    clearTimeout(this.#renew);
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
  }
}
