import { z } from 'zod';
import { epochMs, pointSchema, positionSchema } from './geo.ts';
import { commandIdSchema, driverIdSchema, offerIdSchema, riderIdSchema, tripIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';

// ── states and events ─────────────────────────────────────────────────────────────────────────────────────────────

export const TRIP_STATES = [
  'scheduled',
  'searching',
  'offered',
  'accepted',
  'arrived',
  'in_progress',
  'at_stop',
  'completed',
  'cancelled',
  'no_show',
  'no_drivers',
  'failed',
] as const;
export const tripStateNameSchema = z.enum(TRIP_STATES);
export type TripStateName = z.infer<typeof tripStateNameSchema>;

/** States after which nothing happens any more. */
export const TRIP_ENDS: readonly TripStateName[] = [
  'completed',
  'cancelled',
  'no_show',
  'no_drivers',
  'failed',
];

export const actorSchema = z.enum(['rider', 'driver', 'operator', 'system']);
export type Actor = z.infer<typeof actorSchema>;

/**
 * What happened to a trip. Clients ignore types that they do not know. `data` holds nothing that the rider may not see: no driver but the
 * one who has accepted.
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
  'no_show',
  'no_drivers',
  'failed',
  'imported',
] as const;
export type TripEventType = (typeof TRIP_EVENT_TYPES)[number];

/** A state event of a trip, numbered by the trip's version: contiguous, so a hole means resync. */
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

/** Service tiers, lowest first: a driver serves his own and lower ones. */
export const TIERS = ['standard', 'comfort', 'xl'] as const;
export const tierSchema = z.enum(TIERS);
export type Tier = z.infer<typeof tierSchema>;

/** `trip:request` of `/rider`. The id is made on the phone, so that a repeated request is the same trip. */
export const tripRequestSchema = z.strictObject({
  tripId: z.uuid().pipe(tripIdSchema),
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema).max(LIMITS.stopsPerTrip).default([]),
  tier: tierSchema.default('standard'),
  /** Pick-up time, epoch ms on the domain clock; absent: now. */
  scheduledAt: epochMs.optional(),
});
export type TripRequest = z.input<typeof tripRequestSchema>;
export type ParsedTripRequest = z.output<typeof tripRequestSchema>;

/** Answer to a request or a command: where the trip stands now. */
export const tripStatusSchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema,
  version: z.int().positive(),
});
export type TripStatus = z.infer<typeof tripStatusSchema>;

// ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────

const reason = z.string().min(1).max(LIMITS.reasonLength);

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

/** `trip:command` of `/driver`. `at`: when it was done, epoch ms on the domain clock as the phone knows it. */
export const driverCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: driverActionSchema,
  reason: reason.optional(),
  at: epochMs,
});
export type DriverCommand = z.infer<typeof driverCommandSchema>;

/** `trip:command` of `/rider`. */
export const riderCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  tripId: tripIdSchema,
  action: z.literal('cancel'),
  reason: reason.optional(),
  at: epochMs,
});
export type RiderCommand = z.infer<typeof riderCommandSchema>;

// ── offers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `<tripId>_<attempt>`: the trip of an offer needs no lookup, and an id is never used twice. */
export const offerSchema = z.object({
  offerId: offerIdSchema,
  tripId: tripIdSchema,
  pickup: pointSchema,
  dropoff: pointSchema,
  stops: z.array(pointSchema),
  /** Of the driver to the pick-up. */
  etaSeconds: z.number().nonnegative(),
  distanceMetres: z.number().nonnegative(),
  /** Estimated fare of the ride, in the currency's minor units. */
  fareMinor: z.int().nonnegative(),
  currency: z.string().length(3),
  /** To be served after the ride under way. */
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
  'document_status',
  'document_approved',
  'document_rejected',
  'document_expiring',
  'document_expired',
] as const;
export const notificationKindSchema = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

// ── what followers and drivers are shown ──────────────────────────────────────────────────────────────────────────

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
  /** Stops that have been reached. */
  stopsDone: z.int().nonnegative().optional(),
});
export type TripSnapshot = z.infer<typeof tripSnapshotSchema>;

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
  /** Why it ended, where a reason was given. */
  reason: z.string().nullable(),
  /** Open ones only. */
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

// ── why (not) this driver ─────────────────────────────────────────────────────────────────────────────────────────

/**
 * One reason for each driver that was considered for a trip: the last one. accepted … undelivered: what became of his offer ·
 * offered: it is open · barred: asked before, or it was he who gave the trip back · on_offer: holds another offer ·
 * lost_to_other: another driver was the better one · assigned_elsewhere: he was the better one for another trip ·
 * documents_lacking: a document that he needs is missing or has run out · claim_failed: another matcher was faster · not_nearest: more than enough were nearer · too_far: beyond the ETA limit.
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
] as const;
export const candidateReasonSchema = z.enum(CANDIDATE_REASONS);
export type CandidateReason = z.infer<typeof candidateReasonSchema>;
