import { z } from 'zod';
import { auditEntrySchema, batchResults } from './admin.ts';
import { locationAckSchema, locationRefusedSchema } from './events.ts';
import { verdictSchema } from './fix.ts';
import { motionFields, pointSchema } from './geo.ts';
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
import { cursorSchema, fieldsOf, inQuery, nextCursor, pageLimit, pageQuery } from './query.ts';
import { reasonText } from './text.ts';
import { isoTime, requestTime } from './times.ts';
import {
  ATTENTION_TEXT,
  candidateReasonSchema,
  driverCommandSchema,
  OFFER_ENDS,
  offerAnswerSchema,
  SILENT_TEXT,
  tripAttentionSchema,
  tripEventSchema,
  tripFields,
  tripRequestSchema,
  tripStateNameSchema,
} from './trips.ts';

// ── health ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /health/live`, `/health/ready`, `/health`. A lost Redis or MongoDB is `degraded` with reasons, never "not ready". */
export const healthSchema = z.object({
  status: z
    .enum(['ok', 'degraded', 'unready'])
    .describe('`degraded`: it works without something; `unready`: send it nothing'),
  process: z.string().describe('the process that answered'),
  level: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe(
      'what it sheds under overload: 0 nothing, 1 lists and exports, 2 everything except critical work, 3 sign-in too; absent of processes that shed nothing',
    ),
  reasons: z
    .array(
      z.object({
        dependency: z.string().describe('what is missing'),
        reason: z.string().describe('what is known about it'),
      }),
    )
    .describe('why it is not `ok`'),
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
  driverId: driverIdSchema.optional().describe('for operators and admins; absent for riders'),
  lat: z.number().describe('degrees north (WGS84); rounded to 3 decimals for riders'),
  lng: z.number().describe('degrees east (WGS84); rounded to 3 decimals for riders'),
  distanceMetres: z.number().nonnegative().describe('from the centre of the search to this place, metres'),
  heading: motionFields.heading,
  speed: z.number().nullable().describe('m/s; null: not measured, and for riders'),
  at: isoTime.describe('when the fix was taken'),
  ageMs: z.number().nonnegative().describe('age of the fix when it was read, ms'),
});
export type NearbyDriver = z.infer<typeof nearbyDriverSchema>;

/** `warming`: the live index was emptied less than a freshness window ago, so drivers may be missing. */
export const driverSearchAnswerSchema = z.object({
  drivers: z.array(nearbyDriverSchema).describe('nearest first'),
  warming: z.boolean().describe('true: the live index was emptied moments ago, and drivers may be missing'),
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
  lowestSeq: z.int().nonnegative().describe('lowest seq that is counted'),
  highestSeq: z.int().nonnegative().describe('highest seq that arrived'),
  received: z.int().nonnegative().describe('fixes that arrived: stored and refused'),
  stored: z.int().nonnegative().describe('fixes in the history'),
  refused: z.int().nonnegative().describe('fixes that are kept with a verdict'),
  refusedBy: z
    .partialRecord(verdictSchema, z.int().positive())
    .describe('number of refused fixes by verdict'),
  missing: z
    .array(z.tuple([z.int(), z.int()]))
    .max(LIMITS.ledgerRanges)
    .describe('inclusive ranges of seqs that never arrived, lowest first'),
  missingSeqs: z.int().nonnegative().describe('missing seqs, listed or not'),
  missingRanges: z.int().nonnegative().describe('missing ranges, listed or not'),
  partial: z
    .boolean()
    .describe(
      'the app start is longer than a week of one fix a second: seqs below lowestSeq are not counted',
    ),
  from: isoTime.describe('time of its first fix'),
  to: isoTime.describe('time of its last fix'),
  verdict: z.enum(['complete', 'missing']).describe('whether every seq arrived'),
});
export const ledgerSchema = z.object({
  driverId: driverIdSchema,
  boots: z.array(ledgerBootSchema).describe('whole app starts, newest first'),
  verdict: z.enum(['complete', 'missing', 'empty']).describe('of the app starts of this page'),
  next: z.string().nullable().describe('cursor of the page with older app starts; null on the last page'),
});
export type LedgerBoot = z.infer<typeof ledgerBootSchema>;
export type Ledger = z.infer<typeof ledgerSchema>;

/** `GET /v1/drivers/:id/ledger`: whole app starts, the newest on the first page. */
export const ledgerQuerySchema = z.strictObject({ cursor: cursorSchema.optional() });

/** `POST /v1/drivers/me/fixes`: the body is `locationUpdateSchema`. */
export const fixesAnswerSchema = z.object({
  ack: locationAckSchema.describe('as in `location:ack`'),
  refused: locationRefusedSchema.shape.items.describe('fixes of this request that are kept and not shown'),
});
export type FixesAnswer = z.infer<typeof fixesAnswerSchema>;

// ── trips:import (development only) ───────────────────────────────────────────────────────────────────────────────

/** `POST /v1/dev/trips`: opens a trip with a driver already assigned. Refused in production. */
export const importTripSchema = z.strictObject({
  tripId: tripIdSchema,
  riderId: riderIdSchema,
  driverId: driverIdSchema,
  pickup: pointSchema.describe('where the ride begins'),
  dropoff: pointSchema.describe('where it ends'),
  at: requestTime.describe('when it begins'),
});
export type ImportTrip = z.infer<typeof importTripSchema>;

/** `POST /v1/dev/trips/:id/close` */
export const closeTripSchema = z.strictObject({ at: requestTime.describe('when it ends') });

// ── trips ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One trip as its rider, its driver and operators see it. `offers`: operators and admins only. */
export const tripViewSchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema.describe('state of the trip'),
  version: z.int().describe('version of its newest event'),
  open: z.boolean().describe('false: it has ended'),
  ...tripFields,
  requestedAt: isoTime.describe('when it was requested'),
  scheduledAt: isoTime.nullable().describe('time of the pick-up that was requested; null: at once'),
  endedAt: isoTime.nullable().describe('when it ended; null: it is open'),
  attention: tripAttentionSchema.nullable().describe(ATTENTION_TEXT),
  driverSilentSince: isoTime.nullable().describe(SILENT_TEXT),
  riderMayEnd: z
    .boolean()
    .describe('true: the rider may cancel the ride although it has started, since its driver is silent'),
  fare: z
    .object({
      minor: minorAmount,
      currency: z.string().describe('ISO 4217'),
      assumed: z
        .boolean()
        .describe(
          'true: the currency was not stored with the request and is the one that was in force later',
        ),
    })
    .nullable()
    .describe('the estimate made with the request; null: none was made'),
  offers: z
    .array(
      z.object({
        offerId: offerIdSchema,
        driverId: driverIdSchema.describe('who got the offer'),
        state: z.enum(['open', ...OFFER_ENDS]).describe('how it ended, or `open`'),
        offeredAt: isoTime.describe('when it was made'),
        expiresAt: isoTime.describe('end of the time to answer'),
        endedAt: isoTime.nullable().describe('when it ended; null: it is open'),
        etaSeconds: z
          .number()
          .nonnegative()
          .describe('estimate until this driver is at the pick-up, seconds'),
        distanceMetres: z.number().nonnegative().describe('to the pick-up, metres in a straight line'),
      }),
    )
    .optional()
    .describe('every offer, for operators and admins; absent for others'),
});
export type TripView = z.infer<typeof tripViewSchema>;

/** `POST /v1/trips`. `riderId`: operators and admins only, for a rider who ordered by telephone. */
export const createTripSchema = tripRequestSchema.omit({ scheduledAt: true }).extend({
  scheduledAt: requestTime
    .optional()
    .describe(`time of the pick-up, at most ${LIMITS.scheduledDaysAhead} days ahead; absent: now`),
  riderId: riderIdSchema
    .optional()
    .describe('for operators and admins: the rider who ordered by telephone; absent for riders'),
});
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
  trips: z.array(tripViewSchema.partial()).describe('newest first'),
  next: nextCursor,
});

/** `POST /v1/trips/batch` */
export const tripBatchAnswerSchema = z.object({ results: batchResults(tripViewSchema) });

/** `GET /v1/trips/:id/events`, oldest first. */
export const tripEventsSchema = z.object({ events: z.array(tripEventSchema).describe('oldest first') });

/** `GET /v1/trips/:id/candidates`: `considered` is the sum of `byReason` and the length of `drivers`. */
export const tripCandidatesSchema = z.object({
  tripId: tripIdSchema,
  considered: z.int().nonnegative().describe('drivers who were considered: of `byReason` and `drivers`'),
  byReason: z
    .partialRecord(candidateReasonSchema, z.int().positive())
    .describe('drivers who are only counted, by reason'),
  drivers: z
    .array(
      z.object({
        driverId: driverIdSchema,
        reason: candidateReasonSchema.describe('why they were or were not offered the trip, the last one'),
        at: isoTime.describe('when it was decided'),
        etaSeconds: z
          .number()
          .nonnegative()
          .nullable()
          .describe('estimate until they are at the pick-up, seconds; null: not computed'),
        distanceMetres: z
          .number()
          .nonnegative()
          .nullable()
          .describe('to the pick-up, metres in a straight line; null: not computed'),
        rounds: z.int().positive().describe('in how many rounds of the search they were a candidate'),
      }),
    )
    .describe('the others, one by one'),
});
export type TripCandidates = z.infer<typeof tripCandidatesSchema>;

/** `GET /v1/trips/:id/audit`, newest first. */
export const tripAuditSchema = z.object({
  entries: z
    .array(
      z.object({
        at: auditEntrySchema.shape.at,
        actor: auditEntrySchema.shape.actor,
        action: auditEntrySchema.shape.action,
        data: auditEntrySchema.shape.data,
      }),
    )
    .describe('newest first'),
});
export type TripAudit = z.infer<typeof tripAuditSchema>;

const tripReason = reasonText;
/** `POST /v1/trips/:id/cancel`: reason is required for operators, optional for riders and drivers. */
export const cancelTripSchema = z.strictObject({
  commandId: commandIdSchema,
  reason: tripReason.optional().describe('why, for people; required of operators; absent: none given'),
});
/** `POST /v1/trips/:id/reassign`, operators and admins. */
export const reassignTripSchema = z.strictObject({ commandId: commandIdSchema, reason: tripReason });
/** `POST /v1/trips/:id/fare-review`, operators and admins. `version`: of the trip that the operator saw. */
export const reviewFareSchema = z.strictObject({
  commandId: commandIdSchema,
  reason: tripReason,
  version: z.int().positive().describe('version of the trip that you read; another one is CONFLICT'),
});
/** `POST /v1/trips/:id/commands`, drivers. */
export const postDriverCommandSchema = driverCommandSchema
  .omit({ tripId: true, at: true })
  .extend({ at: requestTime.describe('when the driver pressed the button; the same in each repeat') });
/** `POST /v1/offers/:id/answer`, drivers. */
export const postOfferAnswerSchema = offerAnswerSchema.omit({ offerId: true });
