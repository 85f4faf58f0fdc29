import { z } from 'zod';
import { notificationSchema } from './events.ts';
import { deviceIdSchema, driverIdSchema, notificationIdSchema } from './ids.ts';
import { isoTime } from './iso-time.ts';
import { LIMITS } from './limits.ts';
import { cursorSchema, pageQuery } from './query.ts';

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/notifications`: one's own, newest first. */
export const notificationListQuerySchema = z.strictObject({
  ...pageQuery,
});
export const notificationListSchema = z.object({
  notifications: z.array(notificationSchema.extend({ createdAt: isoTime, ackedAt: isoTime.nullable() })),
  next: z.string().nullable(),
});
export type NotificationList = z.infer<typeof notificationListSchema>;

/** `POST /v1/notifications/:id/ack` */
export const notificationAckedSchema = z.object({
  notificationId: notificationIdSchema,
  acked: z.literal(true),
});

// ── devices ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const DEVICE_PLATFORMS = ['android', 'ios', 'web'] as const;
export const devicePlatformSchema = z.enum(DEVICE_PLATFORMS);
export type DevicePlatform = z.infer<typeof devicePlatformSchema>;

/** `PUT /v1/devices/:deviceId`: where this installation can be woken up. */
export const putDeviceSchema = z.strictObject({
  platform: devicePlatformSchema,
  /** Of FCM or APNs. */
  token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  /** BCP 47, of the texts. */
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .optional(),
});
export type PutDevice = z.infer<typeof putDeviceSchema>;
export const deviceSchema = z.object({
  deviceId: deviceIdSchema,
  platform: devicePlatformSchema,
  updatedAt: isoTime,
});
/** `DELETE /v1/devices/:deviceId` */
export const deviceRemovedSchema = z.object({ deviceId: deviceIdSchema, removed: z.literal(true) });

// ── dead letters ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A queue's name, or `fixes-<shard>`. */
export const deadLetterSourceSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

/** `GET /v1/dead-letters` */
export const deadLetterSourcesSchema = z.object({
  sources: z.array(
    z.object({
      source: deadLetterSourceSchema,
      kind: z.enum(['stream', 'queue']),
      count: z.int().nonnegative(),
      /** Of the oldest `counted` letters. */
      byCause: z.record(z.string(), z.int().positive()),
      counted: z.int().nonnegative(),
    }),
  ),
});
export type DeadLetterSources = z.infer<typeof deadLetterSourcesSchema>;

/** One dead letter without what it holds: no coordinate, no token. */
export const deadLetterSchema = z.object({
  id: z.string(),
  /** entry, record, document, deliveries; failed, poison for jobs. */
  cause: z.string(),
  reason: z.string(),
  at: isoTime,
  /** null where it is not known. */
  attempts: z.int().nonnegative().nullable(),
  replayable: z.boolean(),
  /** Of a stream: the entry it was part of, whose fixes, how many bytes could not be read. */
  entry: z.string().optional(),
  driverId: driverIdSchema.optional(),
  boot: z.string().optional(),
  seqs: z.array(z.int()).optional(),
  bytes: z.int().optional(),
  /** Of a queue: the job's name. Its id is the document that it is about. */
  job: z.string().optional(),
});
export type DeadLetterView = z.infer<typeof deadLetterSchema>;

/** `GET /v1/dead-letters/:source`: oldest first. */
export const deadLetterListQuerySchema = z.strictObject({
  ...pageQuery,
});
export const deadLetterListSchema = z.object({
  letters: z.array(deadLetterSchema),
  next: z.string().nullable(),
});
export type DeadLetterList = z.infer<typeof deadLetterListSchema>;

const reason = z.string().min(1).max(LIMITS.reasonLength);

/** `POST /v1/dead-letters/:source/:id/replay` */
export const replayDeadLetterSchema = z.strictObject({ reason });
/** replayed: it is on its way again · already: somebody did it before · refused: it cannot be read, so there is nothing to put back. */
export const replayedDeadLetterSchema = z.object({
  id: z.string(),
  outcome: z.enum(['replayed', 'already', 'refused']),
});
export type ReplayedDeadLetter = z.infer<typeof replayedDeadLetterSchema>;

/** `POST /v1/dead-letters/:source/replay`: the oldest `limit` after `cursor`. */
export const replayDeadLettersSchema = z.strictObject({
  reason,
  limit: z.int().min(1).max(LIMITS.pageSize).default(LIMITS.pageSize),
  cursor: cursorSchema.optional(),
});
export const replayedDeadLettersSchema = z.object({
  replayed: z.int().nonnegative(),
  already: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  /** Where to go on; null when that were all. */
  next: z.string().nullable(),
});
export type ReplayedDeadLetters = z.infer<typeof replayedDeadLettersSchema>;
