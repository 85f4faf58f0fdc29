import { type NotificationKind, notificationKindSchema, type RegionId } from '@rideline/contract';
import { expect, it } from 'vitest';
import { createNotifier, NOTIFICATION_JOB_VERSION, notificationJobSchema } from './notification-queue.ts';

/** The kinds that readers of version 1 deliver. Closed: a new kind needs a new version. */
const OF_VERSION_1: readonly NotificationKind[] = [
  'offer',
  'trip_matched',
  'trip_promoted',
  'driver_arrived',
  'trip_started',
  'trip_completed',
  'trip_cancelled',
  'driver_changed',
  'trip_reassigned',
  'trip_no_show',
  'no_drivers',
  'trip_failed',
  'pickup_warning',
  'document_status',
  'document_approved',
  'document_rejected',
  'document_expiring',
  'document_expired',
];

it.each(notificationKindSchema.options)(
  'DEAD-5: a job of kind %s has a version that only readers who know the kind accept',
  async (kind) => {
    const jobs: unknown[] = [];
    const queue = { add: async (_name: string, job: unknown) => void jobs.push(job) };
    const notify = createNotifier(queue as never, 'main' as RegionId);
    await notify({
      notificationId: 't1-4-rider',
      role: 'rider',
      userId: 'r1',
      kind,
      event: { at: 1 },
      data: {},
    });
    const { v } = notificationJobSchema.parse(jobs[0]);
    if (OF_VERSION_1.includes(kind)) expect(v).toBe(1);
    else expect(v).toBeGreaterThan(1);
    expect(v).toBeLessThanOrEqual(NOTIFICATION_JOB_VERSION);
  },
);
