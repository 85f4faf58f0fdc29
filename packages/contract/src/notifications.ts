import { z } from 'zod';
import { notificationSchema } from './events.ts';
import { deviceIdSchema, driverIdSchema, notificationIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { cursorSchema, fieldsOf, nextCursor, pageQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime } from './times.ts';

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

const notificationViewSchema = notificationSchema.extend({
  createdAt: isoTime.describe('when it was made'),
  ackedAt: isoTime.nullable().describe('when the app acknowledged it; null: it has not'),
});

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
  notifications: z.array(notificationViewSchema.partial()).describe('newest first'),
  next: nextCursor,
});

/** `POST /v1/notifications/:id/ack` */
export const notificationAckedSchema = z.object({
  notificationId: notificationIdSchema,
  acked: z.literal(true).describe('it is not sent again'),
});

// ── devices ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const DEVICE_PLATFORMS = ['android', 'ios', 'web'] as const;
export const devicePlatformSchema = z.enum(DEVICE_PLATFORMS);
export type DevicePlatform = z.infer<typeof devicePlatformSchema>;

/** `PUT /v1/devices/:deviceId`: registers this installation for push messages. */
export const putDeviceSchema = z.strictObject({
  platform: devicePlatformSchema.describe('platform of the phone'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/)
    .describe('push token of FCM or APNs'),
  locale: localeSchema.optional().describe('language of the texts, BCP 47; absent: that of the preferences'),
});
export type PutDevice = z.infer<typeof putDeviceSchema>;
export const deviceSchema = z.object({
  deviceId: deviceIdSchema,
  platform: devicePlatformSchema.describe('platform of the phone'),
  updatedAt: isoTime.describe('when it was registered last'),
});
/** `DELETE /v1/devices/:deviceId` */
export const deviceRemovedSchema = z.object({
  deviceId: deviceIdSchema,
  removed: z.literal(true).describe('it gets no more push messages'),
});

// ── dead letters ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A queue's name, or `fixes-<shard>`. */
export const deadLetterSourceSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

/** `GET /v1/dead-letters` */
export const deadLetterSourcesSchema = z.object({
  sources: z
    .array(
      z.object({
        source: deadLetterSourceSchema.describe('a queue’s name, or `fixes-<shard>`'),
        kind: z.enum(['stream', 'queue']).describe('what it comes from'),
        count: z.int().nonnegative().describe('dead letters'),
        byCause: z
          .record(z.string(), z.int().positive())
          .describe('number by cause, among the oldest `counted` ones'),
        counted: z.int().nonnegative().describe('how many of them were read for `byCause`'),
      }),
    )
    .describe('every source'),
});
export type DeadLetterSources = z.infer<typeof deadLetterSourcesSchema>;

/** One dead letter without its content: no coordinates, no tokens. */
export const deadLetterSchema = z.object({
  id: z.string().describe('id of the dead letter'),
  cause: z
    .string()
    .describe('of a stream `entry`, `record`, `document`, `deliveries`; of a queue `failed`, `poison`'),
  reason: z.string().describe('what went wrong'),
  at: isoTime.describe('when it was set aside'),
  attempts: z.int().nonnegative().nullable().describe('how often it was tried; null: not known'),
  replayable: z.boolean().describe('whether it can be put back'),
  entry: z.string().optional().describe('of a stream: id of the entry; absent otherwise'),
  driverId: driverIdSchema.optional().describe('of a stream: whose fixes they are; absent: not readable'),
  boot: z.string().optional().describe('of a stream: app start of the fixes; absent: not readable'),
  seqs: z.array(z.int()).optional().describe('of a stream: seqs of the fixes; absent: not readable'),
  bytes: z.int().optional().describe('of a stream: unreadable bytes; absent: none'),
  job: z.string().optional().describe('of a queue: name of the job; absent otherwise'),
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
  letters: z.array(deadLetterSchema.partial()).describe('oldest first'),
  next: nextCursor,
});

/** replayed: it was put back · already: it had been replayed before · refused: it cannot be read, so there is nothing to put back. */
export const replayedDeadLetterSchema = z.object({
  id: z.string().describe('id of the dead letter'),
  outcome: z
    .enum(['replayed', 'already', 'refused'])
    .describe(
      '`replayed`: it was put back · `already`: it had been before · `refused`: it cannot be read, so there is nothing to put back',
    ),
});
export type ReplayedDeadLetter = z.infer<typeof replayedDeadLetterSchema>;

/** `POST /v1/dead-letters/:source/replay`: replays the oldest `limit` after `cursor`. */
export const replayDeadLettersSchema = z.strictObject({
  reason: reasonText,
  limit: z
    .int()
    .min(1)
    .max(LIMITS.pageSize)
    .default(LIMITS.pageSize)
    .describe('most dead letters of this call'),
  cursor: cursorSchema.optional().describe('the `next` of the previous call; absent: from the oldest'),
});
export const replayedDeadLettersSchema = z.object({
  replayed: z.int().nonnegative().describe('put back by this call'),
  already: z.int().nonnegative().describe('put back before'),
  refused: z.int().nonnegative().describe('cannot be read'),
  next: z.string().nullable().describe('`cursor` of the rest; null: none is left'),
});
export type ReplayedDeadLetters = z.infer<typeof replayedDeadLettersSchema>;
