import type { NotificationId, NotificationKind, Role, UserId } from '@rideline/contract';
import type { StoredDevice } from '@rideline/fleet/notifications/device-collection';

/** One notification as a push. */
export interface PushMessage {
  readonly notificationId: NotificationId;
  /** A push with the same id replaces the one that the phone shows; at most 64 bytes. */
  readonly collapseId: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly kind: NotificationKind;
  /** Version of its trip: rises with each event. */
  readonly seq: number;
  /** Time of the event: epoch ms, domain clock. */
  readonly occurredAt: number;
  readonly title: string;
  readonly body: string;
  /** For the app alone: the phone shows nothing, and title and body are for a receiver that decides otherwise. */
  readonly silent: boolean;
  /** Ids only: it passes through third-party servers. */
  readonly data: Readonly<Record<string, string>>;
  /** Epoch ms, wall clock, after which the service may drop it. */
  readonly expiresAt: number;
}

/** gone: the service no longer knows this device · refused: it never accepts this token from us. */
export type PushOutcome = 'sent' | 'gone' | 'refused';

interface Provider {
  readonly name: 'file' | 'webhook' | 'fcm' | 'apns';
  close(): Promise<void>;
}

/** A provider that receives a notification once and reaches the phones itself. */
export interface SingleProvider extends Provider {
  readonly reach: 'user';
  /** @throws Error when it was not accepted, or that is unknown */
  push(message: PushMessage): Promise<void>;
}

/** A provider that is called for each phone. */
export interface DeviceProvider extends Provider {
  readonly reach: 'device';
  readonly platforms: readonly StoredDevice['platform'][];
  /** @throws Error when it was not accepted, or that is unknown */
  push(message: PushMessage, device: Pick<StoredDevice, 'token'>): Promise<PushOutcome>;
}

export type PushProvider = SingleProvider | DeviceProvider;
