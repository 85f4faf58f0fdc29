import { setTimeout as sleep } from 'node:timers/promises';
import type { Notification, NotificationId } from '@rideline/contract';
import {
  type Addressee,
  type NotificationStore,
  notificationMessage,
} from '@rideline/fleet/notifications/notification-store';
import type { UnseenMarks } from '@rideline/fleet/notifications/unseen-mark';
import type { Logger } from '@rideline/platform/process/logger';
import type { GatewayMetrics } from '../metrics.ts';
import { NotificationLookups } from './notification-lookups.ts';
import type { AnySocket } from './socket-data.ts';
import type { UserSockets } from './user-sockets.ts';

export interface NotificationsOptions {
  readonly store: NotificationStore;
  readonly unseen: UnseenMarks;
  /** Whether MongoDB is connected; while it is not, nothing is read from it. */
  readonly mongoIsUp: () => boolean;
  readonly wallMs: () => number;
  readonly userSockets: UserSockets;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
  /** Default: ATTEMPTS_MS. */
  readonly attemptsMs?: readonly number[];
}

/** Times of emission, ms after the first; unacknowledged 30 s after the first, the notification waits for the user's next connection. */
const ATTEMPTS_MS = [0, 5000, 15_000] as const;
/** Notifications that wait for their acknowledgement: of one user, and of this gateway. */
const MAX_PENDING_PER_USER = 64;
const MAX_PENDING = 20_000;

interface Pending {
  readonly addressee: Addressee;
  readonly notification: Notification;
  /** How often it was emitted. */
  emitted: number;
  timer: NodeJS.Timeout | undefined;
}

type UserKey = string;
const keyOf = ({ role, userId }: Addressee): UserKey => `${role}:${userId}`;

/**
 * Delivers notifications to the sockets of this gateway: emits until one of the user's sockets acknowledges, then stores the acknowledgement
 * in MongoDB. This state may be lost at any moment; what is unacknowledged is sent to the user's next connection.
 */
export class Notifications {
  readonly #options: NotificationsOptions;
  readonly #attemptsMs: readonly number[];
  readonly #pending = new Map<UserKey, Map<NotificationId, Pending>>();
  readonly #lookups: NotificationLookups;
  #size = 0;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#attemptsMs = options.attemptsMs ?? ATTEMPTS_MS;
    this.#lookups = new NotificationLookups({
      ...options,
      onFound: (socket, addressee, found) => {
        for (const stored of found) this.#send(addressee, notificationMessage(stored), [socket]);
      },
    });
  }

  /** Delivers a notification that a worker sent to this gateway; the user may have no socket here. */
  deliver(addressee: Addressee, notification: Notification): void {
    const sockets = this.#socketsOf(addressee);
    if (sockets.length > 0) this.#send(addressee, notification, sockets);
  }

  /** Sends a new connection what its user has not acknowledged. */
  readonly onConnection = (socket: AnySocket): void => {
    const addressee = addresseeOf(socket);
    if (addressee !== null) this.#lookups.add(socket, addressee);
  };

  /** Stops emitting, and waits up to `deadlineMs` until received acknowledgements are stored; a notification whose acknowledgement is not is sent again. */
  async stop(deadlineMs: number): Promise<void> {
    this.#lookups.stop();
    for (const ofUser of this.#pending.values()) for (const { timer } of ofUser.values()) clearTimeout(timer);
    this.#pending.clear();
    this.#size = 0;
    await Promise.race([this.#options.store.drain(), sleep(deadlineMs, undefined, { ref: false })]);
  }

  #socketsOf({ userId, role }: Addressee): AnySocket[] {
    return [...this.#options.userSockets.of(userId)].filter(({ data }) => data.principal.role === role);
  }

  #send(addressee: Addressee, notification: Notification, sockets: readonly AnySocket[]): void {
    const known = this.#pending.get(keyOf(addressee))?.get(notification.notificationId);
    if (known) {
      this.#emit(known, sockets);
      return;
    }
    if (!this.#hasRoom(addressee)) {
      this.#count('full');
      return;
    }
    const pending: Pending = { addressee, notification, emitted: 0, timer: undefined };
    this.#keep(pending);
    this.#attempt(pending, sockets);
  }

  #attempt(pending: Pending, sockets: readonly AnySocket[]): void {
    if (sockets.length === 0 || pending.emitted === this.#attemptsMs.length) {
      this.#forget(pending);
      this.#count('given_up');
      return;
    }
    const at = this.#attemptsMs[pending.emitted] ?? 0;
    const last = this.#attemptsMs.at(-1) ?? 0;
    const next = this.#attemptsMs[pending.emitted + 1] ?? 2 * last;
    pending.timer = setTimeout(() => this.#attempt(pending, this.#socketsOf(pending.addressee)), next - at);
    this.#count(pending.emitted === 0 ? 'sent' : 'again');
    pending.emitted += 1;
    this.#emit(pending, sockets);
  }

  #emit(pending: Pending, sockets: readonly AnySocket[]): void {
    const waitMs = 2 * (this.#attemptsMs.at(-1) ?? 0);
    for (const socket of sockets) {
      socket.timeout(waitMs).emit('notification', pending.notification, (error: Error | null) => {
        if (error === null) this.#acknowledged(pending);
      });
    }
  }

  #acknowledged(pending: Pending): void {
    const { addressee, notification } = pending;
    if (!this.#forget(pending)) return;
    this.#count('acked');
    this.#options.store.acknowledge(addressee, notification.notificationId).then(
      () => this.#confirm(addressee, notification.notificationId),
      (error: Error) => {
        this.#options.metrics.notification_ack_failures_total.inc();
        this.#options.log.debug({ reason: error.message }, 'acknowledgement of a notification not stored');
      },
    );
  }

  /** The user may have acknowledged everything: their next connection should not have to ask. Never rejects. */
  async #confirm(addressee: Addressee, id: NotificationId): Promise<void> {
    const { unseen } = this.#options;
    // One notification at a time is the usual case, and needs no read: a driver has an offer every few seconds.
    if (await unseen.acknowledged(addressee, id).catch(() => false)) return;
    if (this.#pending.has(keyOf(addressee))) return;
    const [socket] = this.#socketsOf(addressee);
    if (socket !== undefined) this.#lookups.confirm(socket, addressee);
  }

  #hasRoom(addressee: Addressee): boolean {
    const ofUser = this.#pending.get(keyOf(addressee))?.size ?? 0;
    return this.#size < MAX_PENDING && ofUser < MAX_PENDING_PER_USER;
  }

  #keep(pending: Pending): void {
    const key = keyOf(pending.addressee);
    const ofUser = this.#pending.get(key) ?? new Map<NotificationId, Pending>();
    ofUser.set(pending.notification.notificationId, pending);
    this.#pending.set(key, ofUser);
    this.#size += 1;
  }

  /** @returns false when it was forgotten before */
  #forget(pending: Pending): boolean {
    clearTimeout(pending.timer);
    const key = keyOf(pending.addressee);
    const ofUser = this.#pending.get(key);
    if (ofUser?.get(pending.notification.notificationId) !== pending) return false;
    ofUser.delete(pending.notification.notificationId);
    if (ofUser.size === 0) this.#pending.delete(key);
    this.#size -= 1;
    return true;
  }

  #count(outcome: string): void {
    this.#options.metrics.notification_emits_total.inc({ outcome });
  }
}

/** The user of a socket; null for the holder of a share link, who has no account and gets no notifications. */
export function addresseeOf({ data }: AnySocket): Addressee | null {
  const { userId, role } = data.principal;
  return role === 'share' ? null : { userId, role };
}
