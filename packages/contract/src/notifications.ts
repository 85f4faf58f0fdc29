import { z } from 'zod';
import { notificationSchema } from './events.ts';
import { deviceIdSchema, driverIdSchema, notificationIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { cursorSchema, fieldsOf, pageQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime } from './times.ts';

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

const notificationViewSchema = notificationSchema.extend({ createdAt: isoTime, ackedAt: isoTime.nullable() });

/** `GET /v1/notifications`: the caller's own, newest first. */
export const notificationListQuerySchema = z.strictObject({
  fields: fieldsOf(notificationViewSchema),
  ...pageQuery,
});
export const notificationListSchema = z.object({
  notifications: z.array(notificationViewSchema),
  next: z.string().nullable(),
});
export type NotificationList = z.infer<typeof notificationListSchema>;
/** The list when `fields` selects some of the fields. */
export const notificationListAnswerSchema = z.object({
  notifications: z.array(notificationViewSchema.partial()),
  next: z.string().nullable(),
});

/** `POST /v1/notifications/:id/ack` */
export const notificationAckedSchema = z.object({
  notificationId: notificationIdSchema,
  acked: z.literal(true),
});

// ── devices ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const DEVICE_PLATFORMS = ['android', 'ios', 'web'] as const;
export const devicePlatformSchema = z.enum(DEVICE_PLATFORMS);
export type DevicePlatform = z.infer<typeof devicePlatformSchema>;

/** `PUT /v1/devices/:deviceId`: registers this installation for push messages. */
export const putDeviceSchema = z.strictObject({
  platform: devicePlatformSchema,
  /** Push token of FCM or APNs. */
  token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  /** BCP 47 locale of the texts. */
  locale: localeSchema.optional(),
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
      /** Among the oldest `counted` dead letters. */
      byCause: z.record(z.string(), z.int().positive()),
      counted: z.int().nonnegative(),
    }),
  ),
});
export type DeadLetterSources = z.infer<typeof deadLetterSourcesSchema>;

/** One dead letter without its content: no coordinates, no tokens. */
export const deadLetterSchema = z.object({
  id: z.string(),
  /** Of a stream: entry, record, document, deliveries. Of a queue: failed, poison. */
  cause: z.string(),
  reason: z.string(),
  at: isoTime,
  /** null when unknown. */
  attempts: z.int().nonnegative().nullable(),
  replayable: z.boolean(),
  /** Of a stream: its entry, the driver, boot and seqs of its fixes, and the number of unreadable bytes. */
  entry: z.string().optional(),
  driverId: driverIdSchema.optional(),
  boot: z.string().optional(),
  seqs: z.array(z.int()).optional(),
  bytes: z.int().optional(),
  /** Of a queue: the job's name. The job's id is its document's id. */
  job: z.string().optional(),
});
export type DeadLetterView = z.infer<typeof deadLetterSchema>;

/** `GET /v1/dead-letters/:source`: oldest first. */
export const deadLetterListQuerySchema = z.strictObject({
  fields: fieldsOf(deadLetterSchema),
  ...pageQuery,
});
export const deadLetterListSchema = z.object({
  letters: z.array(deadLetterSchema),
  next: z.string().nullable(),
});
export type DeadLetterList = z.infer<typeof deadLetterListSchema>;
/** The list when `fields` selects some of the fields. */
export const deadLetterListAnswerSchema = z.object({
  letters: z.array(deadLetterSchema.partial()),
  next: z.string().nullable(),
});

/** replayed: it was put back · already: it had been replayed before · refused: it cannot be read, so there is nothing to put back. */
export const replayedDeadLetterSchema = z.object({
  id: z.string(),
  outcome: z.enum(['replayed', 'already', 'refused']),
});
export type ReplayedDeadLetter = z.infer<typeof replayedDeadLetterSchema>;

/** `POST /v1/dead-letters/:source/replay`: replays the oldest `limit` after `cursor`. */
export const replayDeadLettersSchema = z.strictObject({
  reason: reasonText,
  limit: z.int().min(1).max(LIMITS.pageSize).default(LIMITS.pageSize),
  cursor: cursorSchema.optional(),
});
export const replayedDeadLettersSchema = z.object({
  replayed: z.int().nonnegative(),
  already: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  /** Cursor of the rest; null when none is left. */
  next: z.string().nullable(),
});
export type ReplayedDeadLetters = z.infer<typeof replayedDeadLettersSchema>;
