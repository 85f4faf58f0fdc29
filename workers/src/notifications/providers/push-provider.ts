import type { NotificationId, NotificationKind, Role, UserId } from '@rideline/contract';
import type { StoredDevice } from '@rideline/fleet/notifications/device-collection';

/** One notification on its way to phones. */
export interface PushMessage {
  readonly notificationId: NotificationId;
  readonly userId: UserId;
  readonly role: Role;
  readonly kind: NotificationKind;
  /** Number of the event of its trip: rises with what happens. */
  readonly seq: number;
  /** Epoch ms, domain clock: when it happened. */
  readonly occurredAt: number;
  readonly title: string;
  readonly body: string;
  /** Ids only: it passes through the servers of others. */
  readonly data: Readonly<Record<string, string>>;
  /** Wall ms after which the service may drop it. */
  readonly expiresAt: number;
}

/** gone: the service does not know this device any more · refused: it never will take this token from us. */
export type PushOutcome = 'sent' | 'gone' | 'refused';

interface Provider {
  readonly name: 'file' | 'webhook' | 'fcm' | 'apns';
  close(): Promise<void>;
}

/** One that takes a notification once and sees to the phones itself. */
export interface SingleProvider extends Provider {
  readonly reach: 'user';
  /** @throws Error when it was not taken, or that is not known */
  push(message: PushMessage): Promise<void>;
}

/** One that is told of every phone. */
export interface DeviceProvider extends Provider {
  readonly reach: 'device';
  readonly platforms: readonly StoredDevice['platform'][];
  /** @throws Error when it was not taken, or that is not known */
  push(message: PushMessage, device: Pick<StoredDevice, 'token'>): Promise<PushOutcome>;
}

export type PushProvider = SingleProvider | DeviceProvider;
