import type { DriverId, TripId } from '@rideline/contract';
import type { StoredNotification } from '@rideline/fleet/notifications/notification-collection';
import { isSilent, isUseful, KINDS } from '@rideline/fleet/notifications/notification-kinds';
import {
  NOTIFICATION_JOB_VERSION,
  type NotificationJob,
  notificationJobSchema,
} from '@rideline/fleet/notifications/notification-queue';
import { NOTIFICATION_RETENTION_MS } from '@rideline/fleet/notifications/notification-store';
import { textOf } from '@rideline/fleet/notifications/notification-texts';
import type { UnseenMarks } from '@rideline/fleet/notifications/unseen-mark';
import type { OpenRide } from '@rideline/fleet/trips/open-rides';
import { ageMs } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import { JobOfLaterVersion, PoisonJob, type QueueJob } from '@rideline/platform/queues/queues';
import { pushToSockets, type SocketPush } from './socket-push.ts';
import { type WakeUp, wakeUp } from './wake-up.ts';

export interface NotificationParts extends SocketPush, WakeUp {
  /** Whether the offer that a notification is about was withdrawn. */
  readonly isOfferWithdrawn: (data: Readonly<Record<string, unknown>>) => Promise<boolean>;
  /** Whether the driver still has the trip for which their phone is to be woken. */
  readonly hasOpenRide: (ride: OpenRide) => Promise<boolean>;
  readonly unseen: Pick<UnseenMarks, 'stored'>;
  readonly logger: Logger;
}

/**
 * Delivers one notification: stores it in MongoDB, sends it to the user's sockets and, where it has to wake a phone, to the push providers.
 * An offer that was withdrawn meanwhile is not delivered, and an offer replaces the driver's earlier ones: of many that are withdrawn one after
 * the other the phone shows one. Each step is idempotent: it is stored once by its id, clients deduplicate by id, and the providers that accepted it are recorded.
 * @throws PoisonJob when the job is malformed; Error when MongoDB, the cache Redis or a provider does not accept it
 */
export async function deliverNotification(parts: NotificationParts, job: QueueJob): Promise<void> {
  const { store, clock, metrics } = parts;
  const notification = parseJob(job);
  const { kind, createdAt } = notification;
  const document = documentOf(notification, clock.wallMs());
  if (kind === 'offer' && isUseful(kind, createdAt, clock.domainMs())) {
    if (await parts.isOfferWithdrawn(document.data)) {
      metrics.notifications_total.inc({ outcome: 'withdrawn' });
      return;
    }
    await store.removeOffersBefore(document);
  }
  if (isSilent(kind)) {
    await deliverSilently(parts, document);
    return;
  }
  const stored = await store.insert(document);
  metrics.notification_age_seconds.observe(Math.max(0, ageMs(clock, createdAt)) / 1000);
  if (!isUseful(kind, createdAt, clock.domainMs())) {
    metrics.notifications_total.inc({ outcome: 'late' });
    return;
  }
  metrics.notifications_total.inc({ outcome: stored === document ? 'new' : 'again' });
  if (stored.ackedAt !== undefined) return;
  // Before the sockets: a phone that connects from now on is sent it. Without Redis the job is repeated, but only after the phone was woken.
  const failure = await parts.unseen.stored(stored, stored._id).then(
    () => null,
    (error: Error) => error,
  );
  await notifySockets(parts, stored);
  if (KINDS[kind].wakes) await wakeUp(parts, stored);
  if (failure !== null) throw failure;
}

/** A message for the app: to its socket and its phones while it is of use, and nowhere else. A retry may reach a phone twice, which is harmless. */
async function deliverSilently(parts: NotificationParts, document: StoredNotification): Promise<void> {
  const { clock, metrics } = parts;
  if (!isUseful(document.kind, document.createdAt.getTime(), clock.domainMs())) {
    metrics.notifications_total.inc({ outcome: 'late' });
    return;
  }
  const { userId, data } = document;
  // The trip may have ended while the job waited, or was tried again.
  const ride = { driverId: String(userId) as DriverId, tripId: String(data.tripId) as TripId };
  if (document.kind === 'wake' && !(await parts.hasOpenRide(ride))) {
    metrics.notifications_total.inc({ outcome: 'withdrawn' });
    return;
  }
  metrics.notifications_total.inc({ outcome: 'new' });
  await notifySockets(parts, document);
  await wakeUp(parts, document);
}

/** A hint: a lost notification is sent when the phone connects. */
async function notifySockets(parts: NotificationParts, stored: StoredNotification): Promise<void> {
  try {
    if ((await pushToSockets(parts, stored)) === 0) parts.metrics.notification_unheard_total.inc();
  } catch (error) {
    parts.metrics.notification_unheard_total.inc();
    parts.logger.warn({ reason: (error as Error).message }, 'a notification was not sent to the gateways');
  }
}

/** Malformed data never becomes valid. The error names its fields and never quotes their values. */
function parseJob(job: QueueJob): NotificationJob {
  const { v } = (job.data ?? {}) as { v?: unknown };
  if (typeof v === 'number' && v > NOTIFICATION_JOB_VERSION) throw new JobOfLaterVersion(`version ${v}`);
  const parsed = notificationJobSchema.safeParse(job.data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'data');
    throw new PoisonJob(`malformed notification job: ${[...new Set(fields)].join(', ')}`);
  }
  if (parsed.data.notificationId !== job.id)
    throw new PoisonJob('the id of the job differs from that of its notification');
  return parsed.data;
}

function documentOf(job: NotificationJob, wallMs: number): StoredNotification {
  const { notificationId, region, userId, role, kind, data, createdAt } = job;
  return {
    _id: notificationId,
    v: 1,
    region,
    userId,
    role,
    kind,
    ...textOf(kind),
    data,
    createdAt: new Date(createdAt),
    pushedBy: [],
    expireAt: new Date(wallMs + NOTIFICATION_RETENTION_MS),
  };
}
