import type { Notification, NotificationId } from '@rideline/contract';

/** More than a server emits again: it sends the newest 20 unacknowledged ones to a new connection. */
const IDS_KEPT = 256;

/**
 * Which notifications the app was told already. The server emits one again until it hears the acknowledgement, and an acknowledgement may
 * be lost; the person should still see it once.
 */
export class ToldNotifications {
  private readonly ids = new Set<NotificationId>();

  /** Whether it is new; it is told from now on. Remembers the newest IDS_KEPT. */
  take({ notificationId }: Notification): boolean {
    if (this.ids.has(notificationId)) return false;
    this.ids.add(notificationId);
    const [oldest] = this.ids;
    if (this.ids.size > IDS_KEPT && oldest !== undefined) this.ids.delete(oldest);
    return true;
  }
}
