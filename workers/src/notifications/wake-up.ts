import type { DeviceId } from '@rideline/contract';
import type { StoredDevice } from '@rideline/fleet/notifications/device-collection';
import type { DeviceStore } from '@rideline/fleet/notifications/device-store';
import type { StoredNotification } from '@rideline/fleet/notifications/notification-collection';
import { isSilent, KINDS } from '@rideline/fleet/notifications/notification-kinds';
import type { NotificationStore } from '@rideline/fleet/notifications/notification-store';
import { textOf } from '@rideline/fleet/notifications/notification-texts';
import type { Clock } from '@rideline/platform/process/clock';
import type { NotificationMetrics } from './metrics.ts';
import type { DeviceProvider, PushMessage, PushProvider, SingleProvider } from './providers/push-provider.ts';

export interface WakeUp {
  readonly providers: readonly PushProvider[];
  readonly devices: DeviceStore;
  readonly store: NotificationStore;
  readonly clock: Clock;
  readonly metrics: NotificationMetrics;
}

/** The ids that a push contains; third-party servers get nothing else. */
const PUSHED_DATA = ['tripId', 'offerId'] as const;

/**
 * Pushes through every provider that has not accepted it yet. A provider or phone that fails does not affect the others. Accepted pushes are
 * recorded, so that a retry covers the rest only.
 * @throws AggregateError when a push was not accepted
 */
export async function wakeUp(context: WakeUp, stored: StoredNotification): Promise<void> {
  const failures: Error[] = [];
  for (const provider of context.providers) {
    if (provider.reach === 'user') await once(context, provider, stored, failures);
    else await everyDevice(context, provider, stored, failures);
  }
  if (failures.length > 0) {
    const reasons = [...new Set(failures.map(({ message }) => message))].join('; ');
    throw new AggregateError(failures, reasons);
  }
}

async function once(
  context: WakeUp,
  provider: SingleProvider,
  stored: StoredNotification,
  failures: Error[],
): Promise<void> {
  if (stored.pushedBy.includes(provider.name)) return;
  try {
    await provider.push(messageOf(context.clock, stored));
    context.metrics.pushes_total.inc({ provider: provider.name, outcome: 'sent' });
  } catch (error) {
    failed(context, provider, error as Error, failures);
    return;
  }
  if (!isSilent(stored.kind)) await context.store.markPushed(stored._id, provider.name);
}

async function everyDevice(
  context: WakeUp,
  provider: DeviceProvider,
  stored: StoredNotification,
  failures: Error[],
): Promise<void> {
  const { devices, metrics, store } = context;
  for (const device of await devices.of(stored)) {
    const mark = `${provider.name}:${device.deviceId}`;
    if (!provider.platforms.includes(device.platform) || stored.pushedBy.includes(mark)) continue;
    try {
      const outcome = await provider.push(messageOf(context.clock, stored, device), device);
      metrics.pushes_total.inc({ provider: provider.name, outcome });
      if (outcome === 'gone') await devices.remove(stored, device.deviceId as DeviceId);
    } catch (error) {
      failed(context, provider, error as Error, failures);
      continue;
    }
    if (!isSilent(stored.kind)) await store.markPushed(stored._id, mark);
  }
}

function failed({ metrics }: WakeUp, { name }: PushProvider, error: Error, failures: Error[]): void {
  metrics.pushes_total.inc({ provider: name, outcome: 'failed' });
  failures.push(new Error(`${name}: ${error.message}`, { cause: error }));
}

function messageOf(clock: Clock, stored: StoredNotification, device?: StoredDevice): PushMessage {
  const { _id, userId, role, kind, data, createdAt } = stored;
  const { title, body } = device?.locale ? textOf(kind, device.locale) : stored;
  const ageMs = clock.domainMs() - createdAt.getTime();
  const leftMs = (KINDS[kind].usefulMs - ageMs) / clock.rate;
  return {
    notificationId: _id,
    // An offer replaces the one that the driver's phone shows: that one is over.
    collapseId: kind === 'offer' || kind === 'wake' ? kind : _id,
    userId,
    role,
    kind,
    seq: typeof data.version === 'number' ? data.version : 0,
    occurredAt: createdAt.getTime(),
    title,
    body,
    silent: isSilent(kind),
    data: Object.fromEntries(
      PUSHED_DATA.flatMap((name) => (typeof data[name] === 'string' ? [[name, data[name]]] : [])),
    ),
    expiresAt: clock.wallMs() + Math.max(0, leftMs),
  };
}
