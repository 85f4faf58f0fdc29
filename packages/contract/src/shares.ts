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

/** `POST /v1/trips/:tripId/shares`. `ttlMs`: life of the link; it also ends with the trip. `label`: for the rider's own list. */
export const createShareSchema = z.strictObject({
  ttlMs: z.int().min(LIMITS.shareTtlMinMs).max(LIMITS.shareTtlMaxMs).optional(),
  label: shareLabel.optional(),
});
export type CreateShare = z.infer<typeof createShareSchema>;

/** Answer to creating a share. `path`: the page, on the server's address; it is answered once and cannot be read again. */
export const createdShareSchema = z.object({
  shareId: shareIdSchema,
  label: z.string().nullable(),
  createdAt: isoTime,
  expiresAt: isoTime,
  path: z.string(),
});
export type CreatedShare = z.infer<typeof createdShareSchema>;

/** A share that works, as its rider sees it. `watching`: open pages now. `lastOpenedAt`: null while nobody has opened it. */
export const shareSchema = z.object({
  shareId: shareIdSchema,
  label: z.string().nullable(),
  createdAt: isoTime,
  expiresAt: isoTime,
  lastOpenedAt: isoTime.nullable(),
  watching: z.int().nonnegative(),
});
export type Share = z.infer<typeof shareSchema>;

/** `GET /v1/trips/:tripId/shares`: those that work, newest first. */
export const shareListSchema = z.object({ shares: z.array(shareSchema).max(LIMITS.sharesPerTrip) });

/** `DELETE /v1/trips/:tripId/shares/:shareId` */
export const shareRevokedSchema = z.object({ shareId: shareIdSchema, revoked: z.literal(true) });

/** `POST /v1/shares/session`: the secret of the link (the last part of its path), in the body and never in an address. */
export const openShareSchema = z.strictObject({ share: shareSecretSchema });

/**
 * A token that follows one trip in the namespace `/rider` and does nothing else, for at most 15 minutes; ask again before it expires. `tripId`:
 * the id to subscribe to. `shareExpiresAt`: end of the link.
 */
export const shareSessionSchema = z.object({
  token: z.string(),
  expiresAt: isoTime,
  /** Seconds from now, for clients whose clock is wrong. */
  expiresIn: z.int().positive(),
  tripId: tripIdSchema,
  shareExpiresAt: isoTime,
});
export type ShareSession = z.infer<typeof shareSessionSchema>;

// ── watchers ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Who may follow a trip: its rider, and the holders of its share links. */
export const watcherRoleSchema = z.enum([roleSchema.enum.rider, 'share']);
export type WatcherRole = z.infer<typeof watcherRoleSchema>;

/** Open sockets of one rider or one share. `since`: when the first of them began. `shareId`, `label`: for the rider and operators. */
export const tripWatcherSchema = z.object({
  role: watcherRoleSchema,
  shareId: shareIdSchema.nullable(),
  label: z.string().nullable(),
  since: isoTime,
  sockets: z.int().positive(),
});
export type TripWatcher = z.infer<typeof tripWatcherSchema>;

/** `GET /v1/trips/:tripId/watchers`: `count` is the sum of `sockets`. */
export const tripWatchersSchema = z.object({
  tripId: tripIdSchema,
  count: z.int().nonnegative(),
  watchers: z.array(tripWatcherSchema),
});
export type TripWatchers = z.infer<typeof tripWatchersSchema>;
