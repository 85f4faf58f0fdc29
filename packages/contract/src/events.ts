import { z } from 'zod';
import type { HealthReport } from './driver-health.ts';
import type { Refusal } from './error-codes.ts';
import { errorCodeSchema } from './errors.ts';
import { fixSchema, verdictSchema, type WireFix } from './fix.ts';
import { SEQ_MAX } from './fix-format.ts';
import { latitude, longitude } from './geo.ts';
import {
  bootIdSchema,
  driverIdSchema,
  gatewayIdSchema,
  notificationIdSchema,
  tripIdSchema,
  vehicleIdSchema,
} from './ids.ts';
import * as LIMITS from './limits.ts';
import { epochMs } from './times.ts';
import {
  type DriverCommand,
  type Offer,
  type OfferAnswer,
  type OfferRevoked,
  offerSchema,
  type RiderCommand,
  type TripEvent,
  type TripRequest,
  type TripStatus,
  tripEventSchema,
  tripSnapshotSchema,
  tripSummarySchema,
} from './trips.ts';

/** `auth` of the Socket.IO CONNECT packet, in every namespace except `/`. */
export const handshakeSchema = z.strictObject({
  token: z.string().min(1).max(4096),
  protocol: z.int(),
  sdk: z.string().max(64),
});
export type Handshake = z.infer<typeof handshakeSchema>;

/** `auth:renew`, in every namespace: a newer token for the same user and role, so that the connection outlives the first token. */
export const authRenewSchema = handshakeSchema.pick({ token: true });
export type AuthRenew = z.infer<typeof authRenewSchema>;
/** `expiresAt`: end of the token, epoch ms; the client must renew it before. */
export const authRenewedSchema = z.object({ expiresAt: z.number() });
export type AuthRenewed = z.infer<typeof authRenewedSchema>;

// ── /driver, client to server ─────────────────────────────────────────────────────────────────────────────────────

/** `lowest`: the lowest seq that the phone still holds; gaps below it are never filled. */
export const locationUpdateSchema = z.strictObject({
  boot: bootIdSchema,
  fixes: z.array(fixSchema).min(1).max(LIMITS.fixesPerFrame),
  lowest: z.int().min(0).max(SEQ_MAX).optional(),
});
export type LocationUpdate = {
  boot: z.infer<typeof bootIdSchema>;
  fixes: WireFix[];
  lowest?: number | undefined;
};

export const driverStatusValueSchema = z.enum(['available', 'busy', 'offline']);
export type DriverStatusValue = z.infer<typeof driverStatusValueSchema>;

/** What each status means, for the reference. */
export const DRIVER_STATUS_TEXTS: Readonly<Record<DriverStatusValue, string>> = {
  available: 'gets offers',
  busy: 'gets no offers; shown as busy. During a trip the server shows every driver as busy, whatever they reported',
  offline:
    'gets no offers and is not on the map; refused during a trip (ILLEGAL_TRANSITION). The status before the first report',
};

export const driverStatusSchema = z.strictObject({
  status: driverStatusValueSchema,
  vehicleId: vehicleIdSchema.optional(),
});
export type DriverStatus = z.infer<typeof driverStatusSchema>;

export const emptySchema = z.strictObject({});

// ── /driver, server to client ─────────────────────────────────────────────────────────────────────────────────────

const seqRangeSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
/** Inclusive range of seqs. */
export type SeqRange = z.infer<typeof seqRangeSchema>;

/**
 * Cumulative acknowledgement of one boot. `received`: highest seq appended to the log, −1 when none ·
 * `durable`: every seq up to this one is in MongoDB (majority), dead-lettered or given up by the phone, −1 when none ·
 * `gaps`: ranges at or below `received` that never arrived · `detail`: while the boot's first seqs are missing, what the client can do: a boot
 * begins at seq 0 unless the client says otherwise with `lowest`.
 */
export const locationAckSchema = z.object({
  boot: bootIdSchema,
  received: z.int().min(-1),
  durable: z.int().min(-1),
  gaps: z.array(seqRangeSchema).max(LIMITS.ackGaps),
  detail: z.string().optional(),
});
export type LocationAck = z.infer<typeof locationAckSchema>;

export const locationRefusedSchema = z.object({
  boot: bootIdSchema,
  items: z.array(z.object({ seq: z.int().nonnegative(), verdict: verdictSchema })),
});
export type LocationRefused = z.infer<typeof locationRefusedSchema>;

/** `on_trip`: has a trip · `available`: waits for offers · `parked`: stands, or gets no offers. */
export const uplinkPolicyNameSchema = z.enum(['on_trip', 'available', 'parked']);
export type UplinkPolicyName = z.infer<typeof uplinkPolicyNameSchema>;

/** The phone takes a fix as soon as one of them is reached since the last fix: time (ms), distance (metres) or change of heading (degrees). */
export const uplinkTriggersSchema = z.object({
  intervalMs: z.int().positive(),
  distanceMetres: z.number().positive(),
  angleDegrees: z.number().positive().max(180),
});
export type UplinkTriggers = z.infer<typeof uplinkTriggersSchema>;

/**
 * How often the phone takes fixes, sends them and is acknowledged. `intervalMs`: shortest time between two frames of new fixes, and between two
 * fixes of one location source. `name` and `triggers`: absent in policies of older servers, whose phones take a fix every `intervalMs`.
 */
export const uplinkPolicySchema = z.object({
  intervalMs: z.int().positive(),
  ackIntervalMs: z.int().positive(),
  reason: z.string(),
  name: uplinkPolicyNameSchema.optional(),
  triggers: uplinkTriggersSchema.optional(),
});
export type UplinkPolicy = z.infer<typeof uplinkPolicySchema>;

/** How many sockets follow the driver's current trip: its rider and the holders of its share links. */
export const driverWatchersSchema = z.object({ tripId: tripIdSchema, count: z.int().nonnegative() });
export type DriverWatchers = z.infer<typeof driverWatchersSchema>;

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

export const notificationSchema = z.object({
  notificationId: notificationIdSchema,
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  data: z.record(z.string(), z.unknown()),
  createdAt: epochMs,
});
export type Notification = z.infer<typeof notificationSchema>;

// ── /rider ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a follower has: state events by trip version, positions by {epoch, pos}. */
export const trackCursorSchema = z.strictObject({
  version: z.int().nonnegative(),
  epoch: z.int().nonnegative(),
  pos: z.int().nonnegative(),
});
export type TrackCursor = z.infer<typeof trackCursorSchema>;

export const trackSubscribeSchema = z.strictObject({
  tripId: tripIdSchema,
  since: trackCursorSchema.optional(),
});
export type TrackSubscribe = z.infer<typeof trackSubscribeSchema>;

export const trackSeenSchema = z.strictObject({ tripId: tripIdSchema, pos: z.int().nonnegative() });
export type TrackSeen = z.infer<typeof trackSeenSchema>;

export const trackUnsubscribeSchema = z.strictObject({ tripId: tripIdSchema });
export type TrackUnsubscribe = z.infer<typeof trackUnsubscribeSchema>;

/**
 * A position sent to a follower. `skipped`: positions left out since the last one sent to this follower · `etaSeconds`: from here to the
 * pick-up, the next stop or the drop-off; absent when there is no such way, and in positions that are sent after a disconnect.
 */
export const trackPositionSchema = z.object({
  driverId: driverIdSchema,
  tripId: tripIdSchema,
  lat: latitude,
  lng: longitude,
  speed: z.number().nullable(),
  heading: z.number().nullable(),
  timestamp: epochMs,
  epoch: z.int().nonnegative(),
  pos: z.int().positive(),
  skipped: z.int().nonnegative(),
  ageMs: z.number().nonnegative(),
  etaSeconds: z.number().nonnegative().optional(),
});
export type TrackPosition = z.infer<typeof trackPositionSchema>;

/** A missed state event or position; each kind is in its own order. */
export const missedItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: tripEventSchema }),
  z.object({ kind: z.literal('position'), position: trackPositionSchema }),
]);
export type MissedItem = z.infer<typeof missedItemSchema>;

/**
 * `recovered`: true when `missed` has everything after `since`; false when the log no longer reaches back, its epoch changed, or no `since`
 * was given: then `missed` is empty and the follower starts from the snapshot.
 */
export const trackSubscribedSchema = z.object({
  version: z.int().nonnegative(),
  epoch: z.int().nonnegative(),
  pos: z.int().nonnegative(),
  snapshot: tripSnapshotSchema,
  missed: z.array(missedItemSchema),
  recovered: z.boolean(),
});
export type TrackSubscribed = z.infer<typeof trackSubscribedSchema>;

// ── /driver sync ──────────────────────────────────────────────────────────────────────────────────────────────────

export const driverSyncSchema = z.object({
  status: driverStatusValueSchema,
  /** The current ride. */
  trip: tripSnapshotSchema.optional(),
  /** The ride after it. */
  queued: tripSnapshotSchema.optional(),
  /** Open offers. */
  offers: z.array(offerSchema),
  policy: uplinkPolicySchema,
  ack: locationAckSchema.nullable(),
  /** Sockets that follow the current ride; absent without one. */
  watchers: z.int().nonnegative().optional(),
});
export type DriverSync = z.infer<typeof driverSyncSchema>;

// ── /operator ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** West, south, east, north in degrees; west > east when the box crosses the antimeridian. */
export const bboxSchema = z.tuple([longitude, latitude, longitude, latitude]);
export type Bbox = z.infer<typeof bboxSchema>;

export const fleetWatchSchema = z.strictObject({ bbox: bboxSchema, zoom: z.number().min(0).max(24) });
export type FleetWatch = z.infer<typeof fleetWatchSchema>;

/** States on the fleet map. `offline`: reported by the driver, or no fix within the search's freshness window. */
export const fleetStateSchema = z.enum(['available', 'busy', 'offline']);
export type FleetState = z.infer<typeof fleetStateSchema>;

/** The members of a vehicle of `fleet:frame` in their order. */
export const FLEET_VEHICLE_MEMBERS = [
  ['driverId', 'the driver'],
  ['lat', 'degrees'],
  ['lng', 'degrees'],
  ['heading', 'degrees from north, or null'],
  ['speed', 'm/s, or null'],
  ['state', '`available`, `busy` or `offline` (reported, or no fix within the freshness window)'],
  ['at', 'time of the fix, epoch ms of server time'],
] as const;

/** `[driverId, lat, lng, heading or null, speed or null, state, at (epoch ms, domain clock)]`. */
export const fleetVehicleSchema = z.tuple([
  driverIdSchema,
  latitude,
  longitude,
  z.number().nullable(),
  z.number().nullable(),
  fleetStateSchema,
  epochMs,
]);
export type FleetVehicle = z.infer<typeof fleetVehicleSchema>;

/**
 * At most five a second. `full`: `vehicles` has everything in view and replaces what the page had; otherwise it has the changes, and
 * `removed` what left the view. Above 2,000 vehicles in view `cells` (H3 resolution 8) replaces `vehicles`: index, number of vehicles, and
 * the cell's centre, so that a page needs no H3 library (96 KB of JavaScript) to draw it.
 */
export const fleetFrameSchema = z.object({
  at: epochMs,
  full: z.boolean(),
  vehicles: z.array(fleetVehicleSchema),
  removed: z.array(driverIdSchema),
  cells: z.array(z.tuple([z.string(), z.int().positive(), latitude, longitude])).optional(),
  counts: z.object({
    available: z.int().nonnegative(),
    busy: z.int().nonnegative(),
    offline: z.int().nonnegative(),
    inView: z.int().nonnegative(),
    fixesPerSecond: z.number().nonnegative(),
    ageP99Ms: z.number().nonnegative(),
  }),
});
export type FleetFrame = z.infer<typeof fleetFrameSchema>;

/** At most two a second: the trips that changed since the last frame, newest state only. The start is `GET /v1/trips?open=true`. */
export const tripsFrameSchema = z.object({ at: epochMs, trips: z.array(tripSummarySchema) });
export type TripsFrame = z.infer<typeof tripsFrameSchema>;

// ── every namespace ───────────────────────────────────────────────────────────────────────────────────────────────

/** Sent before the server closes a socket: the reason, and when to reconnect. */
export const goodbyeSchema = z.object({
  code: errorCodeSchema,
  reconnectAfterMs: z.int().nonnegative().optional(),
  gateway: gatewayIdSchema.optional(),
});
export type Goodbye = z.infer<typeof goodbyeSchema>;

/** Answer to `time`: the server's domain clock, its rate against the wall clock, and its wall clock. */
export const serverTimeSchema = z.object({
  domainMs: z.number(),
  wallMs: z.number(),
  rate: z.number().positive(),
});
export type ServerTime = z.infer<typeof serverTimeSchema>;

/** An acknowledgement: data, or a refusal with a code from the closed list. */
export type Ack<T extends object = object> = ({ ok: true } & T) | Refusal;
export type AckFn<T extends object = object> = (reply: Ack<T>) => void;

export interface DriverToServer {
  'location:update': (frame: LocationUpdate, ack?: AckFn) => void;
  'driver:status': (status: DriverStatus, ack?: AckFn) => void;
  'offer:answer': (answer: OfferAnswer, ack: AckFn<TripStatus>) => void;
  'trip:command': (command: DriverCommand, ack: AckFn<TripStatus>) => void;
  'driver:health': (report: HealthReport, ack?: AckFn) => void;
  sync: (empty: Record<string, never>, ack: AckFn<DriverSync>) => void;
  time: (empty: Record<string, never>, ack: AckFn<ServerTime>) => void;
  'auth:renew': (renew: AuthRenew, ack: AckFn<AuthRenewed>) => void;
}

export interface ServerToDriver {
  'location:ack': (ack: LocationAck) => void;
  'location:refused': (refused: LocationRefused) => void;
  'offer:new': (offer: Offer, ack: (reply: { ok: true }) => void) => void;
  'offer:revoked': (revoked: OfferRevoked) => void;
  'trip:event': (event: TripEvent) => void;
  'trip:watchers': (watchers: DriverWatchers) => void;
  notification: (notification: Notification, ack: (reply: { ok: true }) => void) => void;
  'uplink:policy': (policy: UplinkPolicy) => void;
  goodbye: (goodbye: Goodbye) => void;
}

export interface RiderToServer {
  'trip:request': (request: TripRequest, ack: AckFn<TripStatus>) => void;
  'trip:command': (command: RiderCommand, ack: AckFn<TripStatus>) => void;
  'track:subscribe': (subscribe: TrackSubscribe, ack: AckFn<TrackSubscribed>) => void;
  'track:seen': (seen: TrackSeen) => void;
  'track:unsubscribe': (unsubscribe: TrackUnsubscribe, ack?: AckFn) => void;
  time: (empty: Record<string, never>, ack: AckFn<ServerTime>) => void;
  'auth:renew': (renew: AuthRenew, ack: AckFn<AuthRenewed>) => void;
}

export interface ServerToRider {
  'location:update': (position: TrackPosition) => void;
  'trip:event': (event: TripEvent) => void;
  notification: (notification: Notification, ack: (reply: { ok: true }) => void) => void;
  /** The position log was lost or cut: earlier positions are void, and the follower starts from this snapshot. */
  'track:reset': (subscribed: TrackSubscribed) => void;
  goodbye: (goodbye: Goodbye) => void;
}

export interface OperatorToServer {
  'fleet:watch': (watch: FleetWatch, ack?: AckFn) => void;
  time: (empty: Record<string, never>, ack: AckFn<ServerTime>) => void;
  'auth:renew': (renew: AuthRenew, ack: AckFn<AuthRenewed>) => void;
}

export interface ServerToOperator {
  'fleet:frame': (frame: FleetFrame) => void;
  'trips:frame': (frame: TripsFrame) => void;
  goodbye: (goodbye: Goodbye) => void;
}
