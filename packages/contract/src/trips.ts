import { z } from 'zod';
import { pointSchema, positionSchema } from './geo.ts';
import { commandIdSchema, driverIdSchema, offerIdSchema, riderIdSchema, tripIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { reasonText } from './text.ts';
import { epochMs, requestMs } from './times.ts';
import { TRIP_STATES } from './trip-states.ts';

// ── states and events ─────────────────────────────────────────────────────────────────────────────────────────────

export const tripStateNameSchema = z.enum(TRIP_STATES);

export const actorSchema = z.enum(['rider', 'driver', 'operator', 'system']);
export type Actor = z.infer<typeof actorSchema>;

/**
 * Types of a trip's events. Clients ignore types that they do not know. `data` has nothing that the rider must not see: no driver except the
 * one that has accepted.
 */
export const TRIP_EVENT_TYPES = [
  'requested',
  'scheduled',
  'released',
  'offered',
  'declined',
  'lapsed',
  'accepted',
  'promoted',
  'arrived',
  'started',
  'paused',
  'stop_reached',
  'resumed',
  'completed',
  'cancelled',
  'driver_cancelled',
  'reassigned',
  'driver_silent',
  'driver_heard',
  'fare_reviewed',
  'no_show',
  'no_drivers',
  'failed',
  'imported',
] as const;
export type TripEventType = (typeof TRIP_EVENT_TYPES)[number];

/** What each type means, and what its `data` has besides `{}`; for the reference. */
export const TRIP_EVENT_TEXTS: Readonly<Record<TripEventType, string>> = {
  requested: 'the rider has requested the trip; the search begins',
  scheduled: 'the rider has requested it for later. `pickupAt`: epoch ms',
  released: 'the search for a scheduled trip begins',
  offered: 'a driver has an offer. `attempt`: number of the offer, from 1',
  declined: 'the driver has declined it. `attempt`',
  lapsed: 'nobody has answered it in time. `attempt`',
  accepted:
    'a driver has the trip. `driverId`; `slot`: `active`, or `queued` while they end another ride; `attempt`',
  promoted: "the queued trip is now its driver's current one",
  arrived: 'the driver is at the pick-up. `seen`: whether their position showed it',
  started: 'the rider is on board',
  paused: 'the driver has stopped in between',
  stop_reached: 'a planned stop is reached. `stop`: which, from 1',
  resumed: 'the ride goes on',
  completed: 'the ride has ended. `reason: driver_silent` when the server ended it',
  cancelled: 'by its rider or an operator. `reason`, if one was given',
  driver_cancelled: 'the driver has given it back, and the search begins again. `reason`, if one was given',
  reassigned: 'taken from its driver, and the search begins again. `reason`',
  driver_silent:
    "nothing is heard of the driver's phone. `since`: epoch ms; `riderMayEnd`: the rider may cancel the ride",
  driver_heard: "the driver's phone is heard again",
  fare_reviewed: 'an operator has decided the fare',
  no_show: 'the rider did not come. `reason`, if one was given',
  no_drivers:
    'no driver was found. `after`: the type of the event that took the last driver, if one had the trip',
  failed: 'the server cannot continue the trip. `reason`',
  imported: 'opened by a replay (development)',
};

/** A state event of a trip, numbered by the trip's version. Versions are contiguous: a hole requires a resync. */
export const tripEventSchema = z.object({
  tripId: tripIdSchema.describe('id of the trip; `shared` for the holder of a share link'),
  version: z
    .int()
    .positive()
    .describe('1, 2, 3 … of this trip, without gaps; a hole means that you missed one'),
  type: z.string().max(64).describe('what happened; more types may come'),
  state: tripStateNameSchema.describe('state of the trip after it'),
  at: epochMs.describe('when it happened, epoch ms of server time'),
  actor: actorSchema.describe('who did it; `system`: the server, by a rule'),
  data: z
    .record(z.string(), z.unknown())
    .describe('details by type; `{}` when there are none, and for the holder of a share link'),
});
export type TripEvent = z.infer<typeof tripEventSchema>;

// ── requesting ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Service tiers, lowest first: a driver serves their own tier and lower ones. */
export const TIERS = ['standard', 'comfort', 'xl'] as const;
export const tierSchema = z.enum(TIERS);
export type Tier = z.infer<typeof tierSchema>;

/** `trip:request` of `/rider`. The phone creates the id, so that a repeated request is the same trip. */
export const tripRequestSchema = z.strictObject({
  tripId: z
    .uuid()
    .pipe(tripIdSchema)
    .describe(
      'a UUID that you make; a repeat with it is the same trip, another request with it is KEY_REUSED',
    ),
  pickup: pointSchema.describe('where the ride begins'),
  dropoff: pointSchema.describe('where it ends'),
  stops: z
    .array(pointSchema)
    .max(LIMITS.stopsPerTrip)
    .default([])
    .describe('places between the two, in their order; absent: none'),
  tier: tierSchema.default('standard').describe('absent: `standard`'),
  scheduledAt: requestMs
    .optional()
    .describe(
      `time of the pick-up, epoch ms of server time, at most ${LIMITS.scheduledDaysAhead} days ahead; absent: now`,
    ),
});
export type TripRequest = z.input<typeof tripRequestSchema>;
export type ParsedTripRequest = z.output<typeof tripRequestSchema>;

/** Answer to a request or a command: the trip's current state. */
export const tripStatusSchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema.describe('current state of the trip'),
  version: z.int().positive().describe('version of its newest event'),
});
export type TripStatus = z.infer<typeof tripStatusSchema>;

// ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────

const reason = reasonText;

export const DRIVER_ACTIONS = [
  'arrived',
  'start',
  'pause',
  'resume',
  'stop_reached',
  'complete',
  'cancel',
  'no_show',
] as const;
export const driverActionSchema = z.enum(DRIVER_ACTIONS);
export type DriverAction = z.infer<typeof driverActionSchema>;

/** `trip:command` of `/driver`. */
export const driverCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: driverActionSchema.describe('what the driver does'),
  reason: reason.optional().describe('of `cancel` and `no_show`, for people; absent: none given'),
  at: requestMs.describe(
    'when the driver pressed the button, epoch ms of server time as you estimate it; the same in each repeat',
  ),
});
export type DriverCommand = z.infer<typeof driverCommandSchema>;

/** `trip:command` of `/rider`. */
export const riderCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: z.literal('cancel').describe('all that a rider can do'),
  reason: reason.optional().describe('for people; absent: none given'),
  at: requestMs.describe(
    'when the rider pressed the button, epoch ms of server time as you estimate it; the same in each repeat',
  ),
});
export type RiderCommand = z.infer<typeof riderCommandSchema>;

// ── offers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `offerId` is `<tripId>_<attempt>`: it contains the trip's id, and is never used twice. */
export const offerSchema = z.object({
  offerId: offerIdSchema,
  tripId: tripIdSchema,
  pickup: pointSchema.describe('where the rider waits'),
  dropoff: pointSchema.describe('where the ride ends'),
  stops: z.array(pointSchema).describe('places between the two, in their order'),
  etaSeconds: z
    .number()
    .nonnegative()
    .describe('estimate until the driver is at the pick-up, seconds; of a queued ride after the current one'),
  distanceMetres: z.number().nonnegative().describe('to the pick-up, metres in a straight line'),
  fareMinor: z.int().nonnegative().describe("estimated fare of the ride, in the currency's minor units"),
  currency: z.string().length(3).describe('ISO 4217'),
  queued: z.boolean().describe('true: the ride begins after the current one'),
  expiresAt: epochMs.describe('end of the time to answer, epoch ms of server time'),
});
export type Offer = z.infer<typeof offerSchema>;

export const OFFER_ENDS = ['accepted', 'declined', 'expired', 'undelivered', 'revoked'] as const;
export type OfferEnd = (typeof OFFER_ENDS)[number];

export const REVOKE_REASONS = ['cancelled', 'taken', 'expired', 'reassigned', 'ended'] as const;
export const offerRevokedSchema = z.object({
  offerId: offerIdSchema,
  reason: z
    .enum(REVOKE_REASONS)
    .describe(
      '`cancelled`: by the rider · `taken`: another driver was faster · `expired`: the time to answer is over · `reassigned`: by an operator · `ended`: the trip has ended otherwise',
    ),
});
export type OfferRevoked = z.infer<typeof offerRevokedSchema>;

/** `offer:answer` of `/driver`. */
export const offerAnswerSchema = z.strictObject({
  commandId: commandIdSchema,
  offerId: offerIdSchema,
  accept: z.boolean().describe('true: the driver takes the ride; false: they decline it'),
});
export type OfferAnswer = z.infer<typeof offerAnswerSchema>;

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

export const NOTIFICATION_KINDS = [
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
  'driver_silent',
  'document_status',
  'document_approved',
  'document_rejected',
  'document_expiring',
  'document_expired',
  'wake',
] as const;
/** For whom each kind is, when it comes, and what its `data` has; for the reference. Of a trip's events it has `tripId`, `version` and the event's own data. */
export const NOTIFICATION_KIND_TEXTS: Readonly<Record<(typeof NOTIFICATION_KINDS)[number], string>> = {
  offer: 'driver: a trip waits for an answer. `tripId`, `version`, `attempt`',
  trip_matched: 'rider: a driver has accepted. `tripId`, `version`, `driverId`, `slot`, `attempt`',
  trip_promoted: 'driver: the queued trip begins. `tripId`, `version`',
  driver_arrived: 'rider: the driver is at the pick-up. `tripId`, `version`, `seen`',
  trip_started: 'rider: the ride has begun. `tripId`, `version`',
  trip_completed: 'rider: the ride has ended. `tripId`, `version`',
  trip_cancelled:
    'rider and driver: cancelled by somebody else, or failed. `tripId`, `version`, `reason` if one was given',
  driver_changed: 'rider: the driver is gone, another one is sought. `tripId`, `version`, `reason` if given',
  trip_reassigned: 'driver: an operator has taken the trip away. `tripId`, `version`, `reason`',
  trip_no_show: 'rider: the driver waited and has left. `tripId`, `version`, `reason` if one was given',
  no_drivers: 'rider: no driver was found. `tripId`, `version`',
  trip_failed: 'rider: the trip cannot be continued. `tripId`, `version`, `reason`',
  pickup_warning: 'rider: the driver does not come nearer. `tripId`, `why`',
  driver_silent:
    'rider: nothing is heard of the driver, and the rider may end the ride. `tripId`, `version`, `since`, `riderMayEnd`',
  document_status:
    'owner: the file has arrived, is checked, or waits for review. `documentId`, `documentType`, `status`, `version`, `review` once it is checked',
  document_approved: 'owner: accepted. `documentId`, `documentType`, `status`, `version`, `review`',
  document_rejected: 'owner: not accepted. The same, with `code` and `text` (for people)',
  document_expiring: 'owner: it expires soon. `documentId`, `documentType`, `days`, `validUntil` (ISO 8601)',
  document_expired:
    'owner: its validity has ended. `documentId`, `documentType`, `status`, `version`, `review`',
  wake: 'driver: no fix has come for a while on a trip: take positions again. Not shown to people. `tripId`',
};
export const notificationKindSchema = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

// ── trips as followers, drivers and operators see them ──────────────────────────────────────────────────────────────────────────

export const tripSnapshotSchema = z.object({
  tripId: tripIdSchema.describe('id of the trip; `shared` for the holder of a share link'),
  state: tripStateNameSchema.describe('state of the trip'),
  version: z.int().nonnegative().describe('version of its newest event'),
  driver: z
    .object({
      id: driverIdSchema.describe('id of the driver; `driver` for the holder of a share link'),
      name: z
        .string()
        .describe('their name, of a driver without a profile their id; for a share its first word'),
      vehicle: z.string().describe('colour, make and model; empty: not known'),
      plate: z.string().describe('licence plate; empty: not known'),
    })
    .nullable()
    .describe('who has accepted the trip; null: nobody yet'),
  position: positionSchema
    .nullable()
    .describe('where the driver is; null: no position since they accepted it, or the trip has ended'),
  etaSeconds: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      'from the position to the pick-up, the next stop or the drop-off, seconds; absent: no position, or the car stands at one of them',
    ),
  pickup: pointSchema
    .optional()
    .describe(
      'where the ride begins; absent for the holder of a share link, and of a trip that ended long ago',
    ),
  dropoff: pointSchema.optional().describe('where it ends; absent like `pickup`'),
  stops: z
    .array(pointSchema)
    .optional()
    .describe('places between the two, in their order; absent like `pickup`'),
  stopsDone: z
    .int()
    .nonnegative()
    .optional()
    .describe('how many of the stops were reached; absent like `pickup`'),
});
export type TripSnapshot = z.infer<typeof tripSnapshotSchema>;

/**
 * What an operator must look at. driver_silent: the phone of the driver sends neither a fix nor anything else · fare_review: the ride ended
 * without its driver, and a person decides its fare.
 */
export const TRIP_ATTENTIONS = ['driver_silent', 'fare_review'] as const;
export const tripAttentionSchema = z.enum(TRIP_ATTENTIONS);
export type TripAttention = z.infer<typeof tripAttentionSchema>;

/** Fields of a trip that are the same on sockets and over REST. */
export const tripFields = {
  riderId: riderIdSchema.describe('who requested it'),
  driverId: driverIdSchema.nullable().describe('who has it; null: nobody yet, or nobody any more'),
  slot: z
    .enum(['active', 'queued'])
    .nullable()
    .describe('`active`: the current ride of its driver; `queued`: the next one; null: without a driver'),
  tier: z.string().describe('service tier that was requested'),
  pickup: pointSchema.describe('where the ride begins'),
  dropoff: pointSchema.describe('where it ends'),
  stops: z.array(pointSchema).describe('places between the two, in their order'),
  reason: z.string().nullable().describe('why it ended; null: it has not, or no reason was given'),
} as const;

export const ATTENTION_TEXT =
  'what an operator must look at: `driver_silent`, the phone of the driver sends nothing; `fare_review`, the ride ended without its driver and a person decides its fare. null: nothing';
export const SILENT_TEXT =
  'when the driver, who is silent or was at the end of the ride, was last heard; null: they are not';

/** One trip on the operators' page. */
export const tripSummarySchema = z.object({
  tripId: tripIdSchema,
  version: z.int().positive().describe('version of its newest event: ignore an older summary'),
  state: tripStateNameSchema.describe('state of the trip'),
  ...tripFields,
  requestedAt: epochMs.describe('when it was requested, epoch ms of server time'),
  endedAt: epochMs.nullable().describe('when it ended, epoch ms of server time; null: it is open'),
  // Absent in summaries of an older release, which a gateway must not refuse during an upgrade; so is the next field.
  attention: tripAttentionSchema.nullable().default(null).describe(ATTENTION_TEXT),
  driverSilentSince: epochMs.nullable().default(null).describe(`${SILENT_TEXT}. Epoch ms of server time`),
  offers: z
    .array(
      z.object({
        offerId: offerIdSchema,
        driverId: driverIdSchema.describe('who has the offer'),
        expiresAt: epochMs.describe('end of the time to answer, epoch ms of server time'),
        etaSeconds: z
          .number()
          .nonnegative()
          .describe('estimate until this driver is at the pick-up, seconds'),
      }),
    )
    .describe('open offers only'),
});
export type TripSummary = z.infer<typeof tripSummarySchema>;

// ── candidates ─────────────────────────────────────────────────────────────────────────────────────────

/**
 * Reason code of a candidate: each driver considered for a trip has one, the last. accepted, declined, expired, undelivered, revoked: how their
 * offer ended · offered: their offer is open · barred: had an offer of this trip before, or cancelled it · on_offer: holds another offer ·
 * lost_to_other: another driver was assigned · assigned_elsewhere: assigned to another trip · documents_lacking: a required document is missing
 * or expired · claim_failed: another matcher was faster · offer_limit: too many of their offers ended without an acceptance within a minute ·
 * cooling_down: the rider has just cancelled with them, or they declined a trip of the rider · not_nearest: enough drivers were nearer · too_far: beyond the ETA limit.
 */
export const CANDIDATE_REASONS = [
  'offered',
  'accepted',
  'declined',
  'expired',
  'undelivered',
  'revoked',
  'barred',
  'stale',
  'busy',
  'on_offer',
  'wrong_tier',
  'documents_lacking',
  'too_far',
  'unreachable',
  'not_nearest',
  'lost_to_other',
  'assigned_elsewhere',
  'claim_failed',
  'offer_limit',
  'cooling_down',
] as const;
export const candidateReasonSchema = z.enum(CANDIDATE_REASONS);
export type CandidateReason = z.infer<typeof candidateReasonSchema>;
