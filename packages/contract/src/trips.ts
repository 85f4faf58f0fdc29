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

/** A state event of a trip, numbered by the trip's version. Versions are contiguous: a hole requires a resync. */
export const tripEventSchema = z.object({
  tripId: tripIdSchema,
  version: z.int().positive(),
  type: z.string().max(64),
  state: tripStateNameSchema,
  at: epochMs,
  actor: actorSchema,
  data: z.record(z.string(), z.unknown()),
});
export type TripEvent = z.infer<typeof tripEventSchema>;

// ── requesting ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Service tiers, lowest first: a driver serves their own tier and lower ones. */
export const TIERS = ['standard', 'comfort', 'xl'] as const;
export const tierSchema = z.enum(TIERS);
export type Tier = z.infer<typeof tierSchema>;

/** `trip:request` of `/rider`. The phone creates the id, so that a repeated request is the same trip. */
export const tripRequestSchema = z.strictObject({
  tripId: z.uuid().pipe(tripIdSchema),
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema).max(LIMITS.stopsPerTrip).default([]),
  tier: tierSchema.default('standard'),
  /** Pick-up time, epoch ms on the domain clock; absent: now. */
  scheduledAt: requestMs.optional(),
});
export type TripRequest = z.input<typeof tripRequestSchema>;
export type ParsedTripRequest = z.output<typeof tripRequestSchema>;

/** Answer to a request or a command: the trip's current state. */
export const tripStatusSchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema,
  version: z.int().positive(),
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

/** `trip:command` of `/driver`. `at`: when the driver acted, epoch ms on the domain clock as the phone estimates it. */
export const driverCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: driverActionSchema,
  reason: reason.optional(),
  at: requestMs,
});
export type DriverCommand = z.infer<typeof driverCommandSchema>;

/** `trip:command` of `/rider`. */
export const riderCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: z.literal('cancel'),
  reason: reason.optional(),
  at: requestMs,
});
export type RiderCommand = z.infer<typeof riderCommandSchema>;

// ── offers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `offerId` is `<tripId>_<attempt>`: it contains the trip's id, and is never used twice. */
export const offerSchema = z.object({
  offerId: offerIdSchema,
  tripId: tripIdSchema,
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema),
  /** From the driver to the pick-up. */
  etaSeconds: z.number().nonnegative(),
  distanceMetres: z.number().nonnegative(),
  /** Estimated fare of the ride, in the currency's minor units. */
  fareMinor: z.int().nonnegative(),
  currency: z.string().length(3),
  /** The ride starts after the current one. */
  queued: z.boolean(),
  /** End of the window, epoch ms on the domain clock. */
  expiresAt: epochMs,
});
export type Offer = z.infer<typeof offerSchema>;

export const OFFER_ENDS = ['accepted', 'declined', 'expired', 'undelivered', 'revoked'] as const;
export type OfferEnd = (typeof OFFER_ENDS)[number];

export const REVOKE_REASONS = ['cancelled', 'taken', 'expired', 'reassigned', 'ended'] as const;
export const offerRevokedSchema = z.object({ offerId: offerIdSchema, reason: z.enum(REVOKE_REASONS) });
export type OfferRevoked = z.infer<typeof offerRevokedSchema>;

/** `offer:answer` of `/driver`. */
export const offerAnswerSchema = z.strictObject({
  commandId: commandIdSchema,
  offerId: offerIdSchema,
  accept: z.boolean(),
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
export const notificationKindSchema = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

// ── trips as followers, drivers and operators see them ──────────────────────────────────────────────────────────────────────────

export const tripSnapshotSchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema,
  version: z.int().nonnegative(),
  driver: z
    .object({
      id: driverIdSchema,
      name: z.string(),
      vehicle: z.string(),
      plate: z.string(),
    })
    .nullable(),
  position: positionSchema.nullable(),
  etaSeconds: z.number().nonnegative().optional(),
  pickup: pointSchema.optional(),
  dropoff: pointSchema.optional(),
  stops: z.array(pointSchema).optional(),
  /** Number of stops reached. */
  stopsDone: z.int().nonnegative().optional(),
});
export type TripSnapshot = z.infer<typeof tripSnapshotSchema>;

/**
 * What an operator must look at. driver_silent: the phone of the driver sends neither a fix nor anything else · fare_review: the ride ended
 * without its driver, and a person decides its fare.
 */
export const TRIP_ATTENTIONS = ['driver_silent', 'fare_review'] as const;
export const tripAttentionSchema = z.enum(TRIP_ATTENTIONS);
export type TripAttention = z.infer<typeof tripAttentionSchema>;

/** One trip on the operators' page. Times: epoch ms, domain clock. */
export const tripSummarySchema = z.object({
  tripId: tripIdSchema,
  version: z.int().positive(),
  state: tripStateNameSchema,
  riderId: riderIdSchema,
  driverId: driverIdSchema.nullable(),
  slot: z.enum(['active', 'queued']).nullable(),
  tier: z.string(),
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema),
  requestedAt: epochMs,
  endedAt: epochMs.nullable(),
  /** Why it ended, if a reason was given. */
  reason: z.string().nullable(),
  /** Absent in summaries of an older release, which a gateway must not refuse during an upgrade; so is the next field. */
  attention: tripAttentionSchema.nullable().default(null),
  /** When the driver, who is silent or was at the end of the ride, was last heard. */
  driverSilentSince: epochMs.nullable().default(null),
  /** Open offers only. */
  offers: z.array(
    z.object({
      offerId: offerIdSchema,
      driverId: driverIdSchema,
      expiresAt: epochMs,
      etaSeconds: z.number().nonnegative(),
    }),
  ),
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
