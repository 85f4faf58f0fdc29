import type { StoredNotification } from '@rideline/fleet/notifications/notification-collection';
import type { Addressee, NotificationStore } from '@rideline/fleet/notifications/notification-store';
import { UNSEEN_RENEWED_MS, type Unseen, type UnseenMarks } from '@rideline/fleet/notifications/unseen-mark';
import type { Logger } from '@rideline/platform/process/logger';
import type { GatewayMetrics } from '../metrics.ts';
import type { AnySocket } from './socket-data.ts';

export interface LookupOptions {
  readonly store: Pick<NotificationStore, 'unacknowledged'>;
  readonly unseen: Pick<UnseenMarks, 'read' | 'setNone'>;
  readonly mongoIsUp: () => boolean;
  readonly wallMs: () => number;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
  readonly onFound: (socket: AnySocket, addressee: Addressee, found: readonly StoredNotification[]) => void;
}

/** Concurrent queries: after a restart all phones reconnect, and the gateway must not query MongoDB for all at once. */
const CONCURRENCY = 8;
/** Sockets that may wait; beyond it the client has to ask over REST. */
const MAX_WAITING = 10_000;
/** Pause while MongoDB is unavailable, or after a failed query, ms. */
const PAUSE_MS = 1000;
/** Failed queries after which a socket is given up. */
const MAX_ATTEMPTS = 5;
/** Interval of the search for marks that must be renewed; each round renews as many as are queried at a time. */
const RENEWAL_ROUND_MS = 1000;

interface Waiting {
  readonly socket: AnySocket;
  readonly addressee: Addressee;
  /** connection: what is found is sent · confirmation: only that nothing is found is recorded · renewal: the same, whatever the mark says. */
  readonly why: 'connection' | 'confirmation' | 'renewal';
  attempts: number;
}

/**
 * Reads from MongoDB what the users of new connections have not acknowledged, a few at a time, and waits while MongoDB is unavailable. Users of
 * whom Redis knows that there is nothing are not looked for: after a killed gateway all its phones reconnect at once.
 */
export class NotificationLookups {
  readonly #options: LookupOptions;
  #waiting: Waiting[] = [];
  #querying = 0;
  #pause: NodeJS.Timeout | undefined;
  /** When the marks of open sockets' users were set, wall ms, as far as known. */
  readonly #markedAtMs = new Map<AnySocket, { readonly addressee: Addressee; readonly atMs: number }>();
  readonly #renewals: NodeJS.Timeout;

  constructor(options: LookupOptions) {
    this.#options = options;
    this.#renewals = setInterval(() => this.#renew(), RENEWAL_ROUND_MS);
  }

  add(socket: AnySocket, addressee: Addressee): void {
    if (this.#waiting.length >= MAX_WAITING) this.#count('full');
    else this.#push({ socket, addressee, why: 'connection', attempts: 0 });
  }

  /** Looks whether the user has acknowledged everything, so that their next connection need not ask. Skipped when others wait. */
  confirm(socket: AnySocket, addressee: Addressee): void {
    if (this.#waiting.length === 0) this.#push({ socket, addressee, why: 'confirmation', attempts: 0 });
  }

  #push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#pump();
  }

  stop(): void {
    clearTimeout(this.#pause);
    clearInterval(this.#renewals);
    this.#waiting = [];
    this.#markedAtMs.clear();
  }

  /** A phone that stays connected for hours must not be looked for in MongoDB when its gateway is killed: its user's mark never gets old. */
  #renew(): void {
    const dueBeforeMs = this.#options.wallMs() - UNSEEN_RENEWED_MS;
    for (const [socket, { addressee, atMs }] of this.#markedAtMs) {
      if (!socket.connected) this.#markedAtMs.delete(socket);
      else if (atMs <= dueBeforeMs && this.#waiting.length === 0 && this.#querying < CONCURRENCY) {
        this.#markedAtMs.delete(socket);
        this.#push({ socket, addressee, why: 'renewal', attempts: 0 });
      }
    }
  }

  #pump(): void {
    if (this.#pause !== undefined) return;
    if (this.#waiting.length > 0 && !this.#options.mongoIsUp()) {
      this.#wait();
      return;
    }
    while (this.#querying < CONCURRENCY) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.socket.connected) void this.#query(next);
    }
  }

  #wait(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      // Phones disconnect while MongoDB is unavailable: closed sockets must not take the places of open ones.
      this.#waiting = this.#waiting.filter(({ socket }) => socket.connected);
      this.#pump();
    }, PAUSE_MS);
  }

  /** Never rejects. */
  async #query(waiting: Waiting): Promise<void> {
    const { unseen, log } = this.#options;
    this.#querying += 1;
    try {
      const known = await unseen.read(waiting.addressee).catch(() => null);
      if (known?.isNone && waiting.why !== 'renewal') {
        this.#count('known');
        this.#marked(waiting, known.ageMs);
      } else await this.#look(waiting, known);
    } catch (error) {
      this.#count('failed');
      log.debug({ reason: (error as Error).message }, 'unacknowledged notifications not read yet');
      waiting.attempts += 1;
      if (waiting.attempts < MAX_ATTEMPTS) this.#waiting.push(waiting);
      else this.#marked(waiting, 0);
      this.#wait();
    }
    this.#querying -= 1;
    this.#pump();
  }

  /** @param known the user's mark before MongoDB is read; null: Redis did not answer */
  async #look(waiting: Waiting, known: Unseen | null): Promise<void> {
    const { socket, addressee, why } = waiting;
    const { store, unseen, onFound, log } = this.#options;
    const found = await store.unacknowledged(addressee);
    this.#count(found.length > 0 ? 'found' : 'none');
    if (found.length > 0) {
      if (why === 'connection' && socket.connected) onFound(socket, addressee, found);
    } else if (known !== null) {
      await unseen
        .setNone(addressee, known)
        .catch((error: Error) => log.debug({ reason: error.message }, 'mark of a user not set'));
    }
    this.#marked(waiting, 0);
  }

  #marked({ socket, addressee }: Waiting, ageMs: number): void {
    if (socket.connected) this.#markedAtMs.set(socket, { addressee, atMs: this.#options.wallMs() - ageMs });
  }

  #count(outcome: string): void {
    this.#options.metrics.notification_lookups_total.inc({ outcome });
  }
}
