import type { NotificationStore } from '@rideline/fleet/notifications/notification-store';
import type { StoredNotification } from '@rideline/fleet/store/models';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { AnySocket } from './socket-data.ts';

export interface LookupOptions {
  readonly store: Pick<NotificationStore, 'unacknowledged'>;
  readonly recordIsUp: () => boolean;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onFound: (socket: AnySocket, found: readonly StoredNotification[]) => void;
}

/** Questions to the record at a time: a gateway that all phones come back to asks in turn. */
const AT_ONCE = 8;
/** Sockets that may wait; past it one has to ask over REST. */
const WAITING_MOST = 10_000;
/** Wait for a record that is away, or that failed, ms. */
const PAUSE_MS = 1000;
/** Questions for one socket that may fail. */
const TRIES = 5;

interface Waiting {
  readonly socket: AnySocket;
  tries: number;
}

/** Asks the record what the users of new connections have not acknowledged, a few at a time, and waits while it is away. */
export class NotificationLookups {
  readonly #options: LookupOptions;
  #waiting: Waiting[] = [];
  #asking = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  add(socket: AnySocket): void {
    if (this.#waiting.length >= WAITING_MOST) {
      this.#count('full');
      return;
    }
    this.#waiting.push({ socket, tries: 0 });
    this.#pump();
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.#waiting = [];
  }

  #pump(): void {
    if (this.#pause !== undefined) return;
    if (this.#waiting.length > 0 && !this.#options.recordIsUp()) {
      this.#wait();
      return;
    }
    while (this.#asking < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.socket.connected) void this.#ask(next);
    }
  }

  #wait(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      // Phones come and go while the record is away: who has gone must not take the place of who is there.
      this.#waiting = this.#waiting.filter(({ socket }) => socket.connected);
      this.#pump();
    }, PAUSE_MS);
  }

  /** Never rejects. */
  async #ask(waiting: Waiting): Promise<void> {
    const { store, onFound, log } = this.#options;
    const { socket } = waiting;
    const { userId, role } = socket.data.principal;
    this.#asking += 1;
    try {
      const found = await store.unacknowledged({ userId, role });
      this.#count(found.length > 0 ? 'found' : 'none');
      if (socket.connected) onFound(socket, found);
    } catch (error) {
      this.#count('failed');
      log.debug({ reason: (error as Error).message }, 'unacknowledged notifications are not known yet');
      waiting.tries += 1;
      if (waiting.tries < TRIES) this.#waiting.push(waiting);
      this.#wait();
    }
    this.#asking -= 1;
    this.#pump();
  }

  #count(outcome: string): void {
    this.#options.metrics.notification_lookups_total.inc({ outcome });
  }
}
