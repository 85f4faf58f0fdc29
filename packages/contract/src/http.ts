import { z } from 'zod';
import { batchResult } from './admin.ts';
import { locationAckSchema, locationRefusedSchema } from './events.ts';
import { verdictSchema } from './fix.ts';
import { pointSchema } from './geo.ts';
import {
  bootIdSchema,
  commandIdSchema,
  driverIdSchema,
  offerIdSchema,
  riderIdSchema,
  tripIdSchema,
} from './ids.ts';
import * as LIMITS from './limits.ts';
import { minorAmount } from './money.ts';
import { cursorSchema, fieldsOf, inQuery, pageLimit, pageQuery } from './query.ts';
import { reasonText } from './text.ts';
import { isoTime, requestTime } from './times.ts';
import {
  candidateReasonSchema,
  driverCommandSchema,
  OFFER_ENDS,
  offerAnswerSchema,
  tripAttentionSchema,
  tripEventSchema,
  tripRequestSchema,
  tripStateNameSchema,
} from './trips.ts';

// ── health ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /health/live`, `/health/ready`, `/health`. A lost Redis or MongoDB is `degraded` with reasons, never "not ready". */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'unready']),
  process: z.string(),
  /** What it sheds under overload: 0 nothing, 1 lists and exports, 2 everything except critical work, 3 sign-in too. */
  level: z.int().min(0).max(3).optional(),
  reasons: z.array(z.object({ dependency: z.string(), reason: z.string() })),
});
export type Health = z.infer<typeof healthSchema>;

// ── drivers ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/drivers/search` */
export const driverSearchQuerySchema = z.strictObject({
  lat: inQuery(z.number().min(-90).max(90)),
  lng: inQuery(z.number().min(-180).max(180)),
  radius: inQuery(z.number().min(1).max(50_000)).default(3000).describe('metres'),
  limit: pageLimit.default(10),
  status: z.enum(['available', 'busy']).default('available'),
});
export type DriverSearchQuery = z.infer<typeof driverSearchQuerySchema>;

/**
 * Operators and admins see all fields. A rider sees a position rounded to 3 decimals (about 110 m), the distance to that point, and neither
 * speed nor id: enough to draw available cars around the pin, too little to follow one.
 */
export const nearbyDriverSchema = z.object({
  driverId: driverIdSchema.optional(),
  lat: z.number(),
  lng: z.number(),
  distanceMetres: z.number().nonnegative(),
  heading: z.number().nullable(),
  speed: z.number().nullable(),
  at: isoTime,
  ageMs: z.number().nonnegative(),
});
export type NearbyDriver = z.infer<typeof nearbyDriverSchema>;

/** `warming`: the live index was emptied less than a freshness window ago, so drivers may be missing. */
export const driverSearchAnswerSchema = z.object({
  drivers: z.array(nearbyDriverSchema),
  warming: z.boolean(),
});
export type DriverSearchAnswer = z.infer<typeof driverSearchAnswerSchema>;

/** `GET /v1/drivers/:id/track` */
export const trackQuerySchema = z.strictObject({
  from: requestTime,
  to: requestTime,
  format: z.enum(['geojson', 'gpx', 'csv']).default('geojson'),
  /** Includes refused fixes, each with its verdict (csv and geojson). */
  refused: z.stringbool().default(false),
  limit: inQuery(z.int().min(1).max(10_000)).default(5000),
  cursor: cursorSchema.optional(),
});
export type TrackQuery = z.infer<typeof trackQuerySchema>;

/** One boot of `GET /v1/drivers/:id/ledger`. stored + refused + missingSeqs = highestSeq − lowestSeq + 1. */
export const ledgerBootSchema = z.object({
  boot: bootIdSchema,
  lowestSeq: z.int().nonnegative(),
  highestSeq: z.int().nonnegative(),
  /** Fixes that arrived: stored + refused. */
  received: z.int().nonnegative(),
  stored: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  refusedBy: z.partialRecord(verdictSchema, z.int().positive()),
  /** Inclusive ranges, lowest first, at most `LIMITS.ledgerRanges`. */
  missing: z.array(z.tuple([z.int(), z.int()])).max(LIMITS.ledgerRanges),
  missingSeqs: z.int().nonnegative().describe('missing seqs, listed or not'),
  missingRanges: z.int().nonnegative().describe('missing ranges, listed or not'),
  partial: z
    .boolean()
    .describe(
      'the app start is longer than a week of one fix a second: seqs below lowestSeq are not counted',
    ),
  from: isoTime,
  to: isoTime,
  verdict: z.enum(['complete', 'missing']),
});
export const ledgerSchema = z.object({
  driverId: driverIdSchema,
  boots: z.array(ledgerBootSchema),
  /** Of the boots of this page. */
  verdict: z.enum(['complete', 'missing', 'empty']),
  next: z.string().nullable().describe('cursor of the page with older app starts; null on the last page'),
});
export type LedgerBoot = z.infer<typeof ledgerBootSchema>;
export type Ledger = z.infer<typeof ledgerSchema>;

/** `GET /v1/drivers/:id/ledger`: whole app starts, the newest on the first page. */
export const ledgerQuerySchema = z.strictObject({ cursor: cursorSchema.optional() });

/** `POST /v1/drivers/me/fixes`: the body is `locationUpdateSchema`. */
export const fixesAnswerSchema = z.object({
  ack: locationAckSchema,
  refused: locationRefusedSchema.shape.items,
});
export type FixesAnswer = z.infer<typeof fixesAnswerSchema>;

// ── trips:import (development only) ───────────────────────────────────────────────────────────────────────────────

/** `POST /v1/dev/trips`: opens a trip with a driver already assigned. Refused in production. */
export const importTripSchema = z.strictObject({
  tripId: tripIdSchema,
  riderId: riderIdSchema,
  driverId: driverIdSchema,
  pickup: pointSchema,
  dropoff: pointSchema,
  at: requestTime,
});
export type ImportTrip = z.infer<typeof importTripSchema>;

/** `POST /v1/dev/trips/:id/close` */
export const closeTripSchema = z.strictObject({ at: requestTime });

// ── trips ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One trip as its rider, its driver and operators see it. `offers`: operators and admins only. */
export const tripViewSchema = z.object({
  tripId: tripIdSchema,
  riderId: riderIdSchema,
  driverId: driverIdSchema.nullable(),
  state: tripStateNameSchema,
  version: z.int(),
  open: z.boolean(),
  slot: z.enum(['active', 'queued']).nullable(),
  tier: z.string(),
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema),
  requestedAt: isoTime,
  scheduledAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
  reason: z.string().nullable(),
  attention: tripAttentionSchema.nullable(),
  /** When the driver, who is silent or was at the end of the ride, was last heard. */
  driverSilentSince: isoTime.nullable(),
  /** Whether the rider may cancel the ride although it has started, since its driver is silent. */
  riderMayEnd: z.boolean(),
  /** The estimate made with the request. `assumed`: the currency was not stored with it and is the one that was in force later. */
  fare: z.object({ minor: minorAmount, currency: z.string(), assumed: z.boolean() }).nullable(),
  offers: z
    .array(
      z.object({
        offerId: offerIdSchema,
        driverId: driverIdSchema,
        state: z.enum(['open', ...OFFER_ENDS]),
        offeredAt: isoTime,
        expiresAt: isoTime,
        endedAt: isoTime.nullable(),
        etaSeconds: z.number().nonnegative(),
        distanceMetres: z.number().nonnegative(),
      }),
    )
    .optional(),
});
export type TripView = z.infer<typeof tripViewSchema>;

/** `POST /v1/trips`. `riderId`: operators and admins only, for a rider who ordered by telephone. */
export const createTripSchema = tripRequestSchema
  .omit({ scheduledAt: true })
  .extend({ scheduledAt: requestTime.optional(), riderId: riderIdSchema.optional() });
export type CreateTrip = z.input<typeof createTripSchema>;

/** `GET /v1/trips`: newest first. Riders and drivers see their own. */
export const tripListQuerySchema = z.strictObject({
  state: tripStateNameSchema.optional(),
  open: z.stringbool().optional(),
  attention: tripAttentionSchema.optional(),
  riderId: riderIdSchema.optional(),
  driverId: driverIdSchema.optional(),
  fields: fieldsOf(tripViewSchema),
  ...pageQuery,
});
export const tripListSchema = z.object({ trips: z.array(tripViewSchema), next: z.string().nullable() });
export type TripList = z.infer<typeof tripListSchema>;
/** The list when `fields` selects some of the fields. */
export const tripListAnswerSchema = z.object({
  trips: z.array(tripViewSchema.partial()),
  next: z.string().nullable(),
});

/** `POST /v1/trips/batch` */
export const tripBatchAnswerSchema = z.object({ results: z.array(batchResult(tripViewSchema)) });

/** `GET /v1/trips/:id/events`, oldest first. */
export const tripEventsSchema = z.object({ events: z.array(tripEventSchema) });

/** `GET /v1/trips/:id/candidates`: `considered` is the sum of `byReason` and the length of `drivers`. */
export const tripCandidatesSchema = z.object({
  tripId: tripIdSchema,
  considered: z.int().nonnegative(),
  byReason: z.partialRecord(candidateReasonSchema, z.int().positive()),
  drivers: z.array(
    z.object({
      driverId: driverIdSchema,
      reason: candidateReasonSchema,
      at: isoTime,
      etaSeconds: z.number().nonnegative().nullable(),
      distanceMetres: z.number().nonnegative().nullable(),
      /** Ticks in which the driver was a candidate. */
      rounds: z.int().positive(),
    }),
  ),
});
export type TripCandidates = z.infer<typeof tripCandidatesSchema>;

/** `GET /v1/trips/:id/audit`, newest first. */
export const tripAuditSchema = z.object({
  entries: z.array(
    z.object({
      at: isoTime,
      actor: z.object({ role: z.string(), id: z.string() }),
      action: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type TripAudit = z.infer<typeof tripAuditSchema>;

const tripReason = reasonText;
/** `POST /v1/trips/:id/cancel`: reason is required for operators, optional for riders and drivers. */
export const cancelTripSchema = z.strictObject({ commandId: commandIdSchema, reason: tripReason.optional() });
/** `POST /v1/trips/:id/reassign`, operators and admins. */
export const reassignTripSchema = z.strictObject({ commandId: commandIdSchema, reason: tripReason });
/** `POST /v1/trips/:id/fare-review`, operators and admins. `version`: of the trip that the operator saw. */
export const reviewFareSchema = z.strictObject({
  commandId: commandIdSchema,
  reason: tripReason,
  version: z.int().positive(),
});
/** `POST /v1/trips/:id/commands`, drivers. */
export const postDriverCommandSchema = driverCommandSchema
  .omit({ tripId: true, at: true })
  .extend({ at: requestTime });
/** `POST /v1/offers/:id/answer`, drivers. */
export const postOfferAnswerSchema = offerAnswerSchema.omit({ offerId: true });
