import { z } from 'zod';
import { driverIdSchema, roleSchema, shareIdSchema, tripIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { lineOfText } from './text.ts';
import { isoTime } from './times.ts';

// ── share links ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The trip's id for somebody who follows it through a share: the real ids open other routes, and a share must not. */
export const SHARED_TRIP_ID = tripIdSchema.parse('shared');
/** The driver's id for the same. */
export const SHARED_DRIVER_ID = driverIdSchema.parse('driver');

/** The secret of a share link: 24 random bytes, base64url. Only its SHA-256 is stored. */
export const shareSecretSchema = z.string().regex(/^[A-Za-z0-9_-]{32}$/);

const shareLabel = lineOfText(40);
const label = z.string().nullable().describe("the rider's name for the link; null: none");

/** `POST /v1/trips/:tripId/shares`. `ttlMs`: life of the link; it also ends with the trip. `label`: for the rider's own list. */
export const createShareSchema = z.strictObject({
  ttlMs: z
    .int()
    .min(LIMITS.shareTtlMinMs)
    .max(LIMITS.shareTtlMaxMs)
    .optional()
    .describe('life of the link, ms; absent: a day. It ends with the trip in any case'),
  label: shareLabel.optional().describe("name of the link in the rider's own list; absent: none"),
});
export type CreateShare = z.infer<typeof createShareSchema>;

/** Answer to creating a share. `path`: the page, on the server's address; it is answered once and cannot be read again. */
export const createdShareSchema = z.object({
  shareId: shareIdSchema,
  label,
  createdAt: isoTime.describe('when it was made'),
  expiresAt: isoTime.describe('when it ends, unless the trip does before'),
  path: z
    .string()
    .describe("path of the page on the server's address; it is answered once and cannot be read again"),
});
export type CreatedShare = z.infer<typeof createdShareSchema>;

/** A share that works, as its rider sees it. `watching`: open pages now. `lastOpenedAt`: null while nobody has opened it. */
export const shareSchema = z.object({
  shareId: shareIdSchema,
  label,
  createdAt: isoTime.describe('when it was made'),
  expiresAt: isoTime.describe('when it ends, unless the trip does before'),
  lastOpenedAt: isoTime.nullable().describe('when somebody last asked to open it; null: nobody has'),
  watching: z.int().nonnegative().describe('open pages now'),
});
export type Share = z.infer<typeof shareSchema>;

/** `GET /v1/trips/:tripId/shares`: those that work, newest first. */
export const shareListSchema = z.object({
  shares: z.array(shareSchema).max(LIMITS.sharesPerTrip).describe('those that work, newest first'),
});

/** `DELETE /v1/trips/:tripId/shares/:shareId` */
export const shareRevokedSchema = z.object({
  shareId: shareIdSchema,
  revoked: z.literal(true).describe('it opens no more'),
});

/** `POST /v1/shares/session`: the secret of the link (the last part of its path), in the body and never in an address. */
export const openShareSchema = z.strictObject({
  share: shareSecretSchema.describe('the last part of the path of the link'),
});

/**
 * A token that follows one trip in the namespace `/rider` and does nothing else, for at most 15 minutes; ask again before it expires. `tripId`:
 * the id to subscribe to. `shareExpiresAt`: end of the link.
 */
export const shareSessionSchema = z.object({
  token: z.string().describe('for the `auth` of a socket of `/rider`, and for nothing else'),
  expiresAt: isoTime.describe('when the token expires; ask for the next one before'),
  expiresIn: z.int().positive().describe('seconds until then, for clients whose clock is wrong'),
  tripId: tripIdSchema.describe('the id to subscribe to: always `shared`'),
  shareExpiresAt: isoTime.describe('when the link ends, unless the trip does before'),
});
export type ShareSession = z.infer<typeof shareSessionSchema>;

// ── watchers ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Who may follow a trip: its rider, and the holders of its share links. */
export const watcherRoleSchema = z.enum([roleSchema.enum.rider, 'share']);
export type WatcherRole = z.infer<typeof watcherRoleSchema>;

/** Open sockets of one rider or one share. `since`: when the first of them began. `shareId`, `label`: for the rider and operators. */
export const tripWatcherSchema = z.object({
  role: watcherRoleSchema.describe('`rider`: the rider; `share`: whoever has this link'),
  shareId: shareIdSchema
    .nullable()
    .describe('which link; null: of the rider, and in the answer to the driver'),
  label: z.string().nullable().describe("the rider's name for the link; null: none, or not for the caller"),
  since: isoTime.describe('when the first of their sockets began to follow'),
  sockets: z.int().positive().describe('their open sockets'),
});
export type TripWatcher = z.infer<typeof tripWatcherSchema>;

/** `GET /v1/trips/:tripId/watchers`: `count` is the sum of `sockets`. */
export const tripWatchersSchema = z.object({
  tripId: tripIdSchema,
  count: z.int().nonnegative().describe('open sockets that follow the trip'),
  watchers: z.array(tripWatcherSchema).describe('whose they are'),
});
export type TripWatchers = z.infer<typeof tripWatchersSchema>;
