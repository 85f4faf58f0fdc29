import {
  epochMs,
  type NotificationId,
  type NotificationKind,
  notificationIdSchema,
  notificationKindSchema,
  type RegionId,
  type Role,
  regionIdSchema,
  roleSchema,
  userIdSchema,
} from '@rideline/contract';
import type { QueueProducer } from '@rideline/platform/queues/queues';
import { z } from 'zod';
import type { TripNotice } from '../trips/trip-effects.ts';

/** Newest version of the data of a job; readers accept this one and those before. */
export const NOTIFICATION_JOB_VERSION = 3;

/**
 * Kinds that readers of an older version do not know. During an upgrade such a reader would remove the job as malformed; a version above its
 * own makes it leave the job to a process that knows the kind. The others keep version 1, which every reader delivers.
 */
const LATER_KINDS: Partial<Record<NotificationKind, 2 | 3>> = { driver_silent: 2, wake: 3 };

/** A job of queue `notification`. */
export const notificationJobSchema = z.object({
  v: z.literal([1, 2, NOTIFICATION_JOB_VERSION]),
  notificationId: notificationIdSchema,
  region: regionIdSchema,
  userId: userIdSchema,
  role: roleSchema,
  kind: notificationKindSchema,
  data: z.record(z.string(), z.unknown()),
  createdAt: epochMs,
});
export type NotificationJob = z.infer<typeof notificationJobSchema>;

/** Input of a notification; `event.at`: epoch ms, domain clock. */
export type Notice = Omit<TripNotice, 'type' | 'event' | 'role' | 'userId'> & {
  readonly role: Role;
  readonly userId: string;
  readonly event: Pick<TripNotice['event'], 'at'>;
};

/** Adds notifications to the queue. It fails fast: the event then stays in its outbox and is delivered again. */
export function createNotifier(
  queue: QueueProducer<'notification'>,
  region: RegionId,
  jobName: 'notify' | 'document-processed' = 'notify',
): (notice: Notice) => Promise<void> {
  return async ({ notificationId, role, userId, kind, event, data }) => {
    const job: NotificationJob = {
      v: LATER_KINDS[kind] ?? 1,
      notificationId: notificationId as NotificationId,
      region,
      userId: userIdSchema.parse(userId),
      role,
      kind,
      data: { ...data },
      createdAt: event.at,
    };
    await queue.add(jobName, job, { jobId: notificationId });
  };
}
