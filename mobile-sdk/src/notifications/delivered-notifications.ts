import type { Notification, NotificationId } from '@rideline/contract';

/** More than a server emits again: it sends the newest 20 unacknowledged notifications to a new connection. */
const IDS_KEPT = 256;

/**
 * Remembers which notifications were delivered to the app. The server emits one again until it receives the acknowledgement, and an
 * acknowledgement may be lost; the user should still see the notification once.
 */
export class DeliveredNotifications {
  readonly #ids = new Set<NotificationId>();

  /** Records the notification and returns whether it is new. Remembers the newest IDS_KEPT. */
  take({ notificationId }: Notification): boolean {
    if (this.#ids.has(notificationId)) return false;
    this.#ids.add(notificationId);
    const [oldest] = this.#ids;
    if (this.#ids.size > IDS_KEPT && oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}
