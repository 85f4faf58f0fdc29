import { z } from 'zod';
import type { HealthReport } from './driver-health.ts';
import type { Refusal } from './error-codes.ts';
import { errorCodeSchema } from './errors.ts';
import { fixSchema, verdictSchema, type WireFix } from './fix.ts';
import { SEQ_MAX } from './fix-format.ts';
import { latitude, longitude, motionFields, pointFields, positionSchema } from './geo.ts';
import { bootIdSchema, driverIdSchema, notificationIdSchema, tripIdSchema, vehicleIdSchema } from './ids.ts';
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
  token: z
    .string()
    .min(1)
    .max(4096)
    .describe("access token of the namespace's role, as from `POST /v1/sign-in`; without `Bearer`"),
  protocol: z.int().describe('version of this protocol: 1. Another one is PROTOCOL_UNSUPPORTED'),
  sdk: z
    .string()
    .max(64)
    .describe('name and version of the client, for example `mine/1.0`; the server only logs it'),
});
export type Handshake = z.infer<typeof handshakeSchema>;

/** `auth:renew`, in every namespace: a newer token for the same user and role, so that the connection outlives the first token. */
export const authRenewSchema = handshakeSchema.pick({ token: true });
export type AuthRenew = z.infer<typeof authRenewSchema>;
export const authRenewedSchema = z.object({
  expiresAt: z
    .number()
    .describe(
      'when this token expires, epoch ms of `wallMs` in `time`; renew it before, or the server says goodbye with TOKEN_EXPIRED',
    ),
});
export type AuthRenewed = z.infer<typeof authRenewedSchema>;

// ── /driver, client to server ─────────────────────────────────────────────────────────────────────────────────────

export const locationUpdateSchema = z.strictObject({
  boot: bootIdSchema,
  fixes: z
    .array(fixSchema)
    .min(1)
    .max(LIMITS.fixesPerFrame)
    .describe(
      'rising by seq; each is `[seq, t, lat, lng, speed?, heading?, accuracy?, flags?]`: t epoch ms of server time, m/s, degrees from north, metres. Null: not measured',
    ),
  lowest: z
    .int()
    .min(0)
    .max(SEQ_MAX)
    .optional()
    .describe(
      'the lowest seq that the phone still holds: gaps below it are never filled, and count as given up. Absent: 0 until the boot has named one',
    ),
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
  status: driverStatusValueSchema.describe('what the driver chose; it stays until they choose again'),
  vehicleId: vehicleIdSchema
    .optional()
    .describe('the vehicle that they drive now; absent: the one of the account'),
});
export type DriverStatus = z.infer<typeof driverStatusSchema>;

export const emptySchema = z.strictObject({});

// ── /driver, server to client ─────────────────────────────────────────────────────────────────────────────────────

const seqRangeSchema = z.tuple([
  z.int().nonnegative().describe('first missing seq'),
  z.int().nonnegative().describe('last missing seq'),
]);
/** Inclusive range of seqs. */
export type SeqRange = z.infer<typeof seqRangeSchema>;

/** Cumulative acknowledgement of one boot. */
export const locationAckSchema = z.object({
  boot: bootIdSchema,
  received: z
    .int()
    .min(-1)
    .describe('highest seq that is in the log; -1: none. Do not send it again unless it is in `gaps`'),
  durable: z
    .int()
    .min(-1)
    .describe(
      'every seq up to this one is stored for good, or was given up by the phone (`lowest`): forget them. -1: none',
    ),
  gaps: z
    .array(seqRangeSchema)
    .max(LIMITS.ackGaps)
    .describe(
      'inclusive ranges `[first, last]` at or below `received` that have not arrived, lowest first: send them again. More are named once these have come',
    ),
  detail: z
    .string()
    .optional()
    .describe(
      "present while the boot's first seqs are missing and nothing can become durable: what the client can do (`lowest`)",
    ),
});
export type LocationAck = z.infer<typeof locationAckSchema>;

export const locationRefusedSchema = z.object({
  boot: bootIdSchema,
  items: z
    .array(
      z.object({
        seq: z.int().nonnegative().describe('the refused fix'),
        verdict: verdictSchema.describe('why it is refused; never `ok`'),
      }),
    )
    .describe('fixes that are kept and not shown; they count as received and become durable'),
});
export type LocationRefused = z.infer<typeof locationRefusedSchema>;

/** `on_trip`: has a trip · `available`: waits for offers · `parked`: stands, or gets no offers. */
export const uplinkPolicyNameSchema = z.enum(['on_trip', 'available', 'parked']);
export type UplinkPolicyName = z.infer<typeof uplinkPolicyNameSchema>;

/** The phone takes a fix as soon as one of them is reached since the last fix: time (ms), distance (metres) or change of heading (degrees). */
export const uplinkTriggersSchema = z.object({
  intervalMs: z.int().positive().describe('a fix at least so often, ms'),
  distanceMetres: z.number().positive().describe('or after so many metres'),
  angleDegrees: z.number().positive().max(180).describe('or after a turn of so many degrees'),
});
export type UplinkTriggers = z.infer<typeof uplinkTriggersSchema>;

/** How often the phone takes fixes, sends them and is acknowledged. */
export const uplinkPolicySchema = z.object({
  intervalMs: z
    .int()
    .positive()
    .describe('shortest time between two frames of new fixes, and between two fixes of one source, ms'),
  ackIntervalMs: z.int().positive().describe('how often the server sends `location:ack`, ms'),
  reason: z
    .string()
    .describe(
      '`default`, `low_battery`, `overload`; more may come. For logs: the other fields say what to do',
    ),
  name: uplinkPolicyNameSchema
    .optional()
    .describe('which policy is in force; absent from servers that do not name them'),
  triggers: uplinkTriggersSchema
    .optional()
    .describe('when to take a fix: as soon as one of them is reached; absent: every `intervalMs`'),
});
export type UplinkPolicy = z.infer<typeof uplinkPolicySchema>;

/** How many sockets follow the driver's current trip: its rider and the holders of its share links. */
export const driverWatchersSchema = z.object({
  tripId: tripIdSchema.describe("the driver's current trip"),
  count: z
    .int()
    .nonnegative()
    .describe('open sockets that follow it: of its rider and of the holders of its share links'),
});
export type DriverWatchers = z.infer<typeof driverWatchersSchema>;

// ── notifications ─────────────────────────────────────────────────────────────────────────────────────────────────

export const notificationSchema = z.object({
  notificationId: notificationIdSchema,
  kind: z.string().describe('one of the kinds; show title and body of one that you do not know'),
  title: z.string().describe("for people, in the language of the recipient's device or account"),
  body: z.string().describe('for people: without names, places or amounts'),
  data: z
    .record(z.string(), z.unknown())
    .describe('what it is about, by kind: `tripId` and `version` of a trip, `documentId` of a document …'),
  createdAt: epochMs.describe('epoch ms of server time'),
});
export type Notification = z.infer<typeof notificationSchema>;

// ── /rider ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a follower has: state events by trip version, positions by {epoch, pos}. */
export const trackCursorSchema = z.strictObject({
  version: z.int().nonnegative().describe('version of the newest state event that you have; 0: none'),
  epoch: z.int().nonnegative().describe('epoch of the newest position that you have; 0: none'),
  pos: z.int().nonnegative().describe('number of that position within its epoch; 0: none'),
});
export type TrackCursor = z.infer<typeof trackCursorSchema>;

export const trackSubscribeSchema = z.strictObject({
  tripId: tripIdSchema.describe('the trip to follow; `shared` with the token of a share link'),
  since: trackCursorSchema
    .optional()
    .describe('what you have from before a disconnect; absent: nothing, begin with the snapshot'),
});
export type TrackSubscribe = z.infer<typeof trackSubscribeSchema>;

export const trackSeenSchema = z.strictObject({
  tripId: tripIdSchema,
  pos: z.int().nonnegative().describe('`pos` of the newest position that you have shown'),
});
export type TrackSeen = z.infer<typeof trackSeenSchema>;

export const trackUnsubscribeSchema = z.strictObject({ tripId: tripIdSchema });
export type TrackUnsubscribe = z.infer<typeof trackUnsubscribeSchema>;

const epoch = z
  .int()
  .nonnegative()
  .describe('rises when the log of positions was lost and began again; positions of an older epoch are void');

/** A position sent to a follower. */
export const trackPositionSchema = z.object({
  driverId: driverIdSchema.describe('whose position it is; `driver` for the holder of a share link'),
  tripId: tripIdSchema,
  ...pointFields,
  ...motionFields,
  timestamp: epochMs.describe('when the fix was taken, epoch ms of server time'),
  epoch,
  pos: z.int().positive().describe('number of the position within its epoch, rising'),
  skipped: z
    .int()
    .nonnegative()
    .describe('positions left out since the last one sent to you, because you read or confirmed too slowly'),
  ageMs: positionSchema.shape.ageMs,
  etaSeconds: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      'from here to the pick-up, the next stop or the drop-off, seconds; absent: the car stands at one of them, or the position is one that you had missed',
    ),
});
export type TrackPosition = z.infer<typeof trackPositionSchema>;

/** A missed state event or position; each kind is in its own order. */
export const missedItemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event').describe('a state event'),
    event: tripEventSchema.describe('as in `trip:event`'),
  }),
  z.object({
    kind: z.literal('position').describe('a position'),
    position: trackPositionSchema.describe('as in `location:update`'),
  }),
]);
export type MissedItem = z.infer<typeof missedItemSchema>;

export const trackSubscribedSchema = z.object({
  version: z.int().nonnegative().describe('version of the trip now; events that follow have higher ones'),
  epoch,
  pos: z.int().nonnegative().describe('newest position of the log; 0: it has none'),
  snapshot: tripSnapshotSchema.describe('the trip as it is now'),
  missed: z
    .array(missedItemSchema)
    .describe('with `recovered`: everything after `since`, each kind in its own order; otherwise empty'),
  recovered: z
    .boolean()
    .describe(
      'true: apply `missed` to what you have. false: begin again from `snapshot`, because you gave no `since` or the log does not reach back so far',
    ),
});
export type TrackSubscribed = z.infer<typeof trackSubscribedSchema>;

// ── /driver sync ──────────────────────────────────────────────────────────────────────────────────────────────────

export const driverSyncSchema = z.object({
  status: driverStatusValueSchema.describe('the status that the driver reported last'),
  trip: tripSnapshotSchema.optional().describe('the current ride; absent without one'),
  queued: tripSnapshotSchema
    .optional()
    .describe('the ride that was accepted to follow the current one; absent without one'),
  offers: z.array(offerSchema).describe('open offers; remove all others from the screen'),
  policy: uplinkPolicySchema.describe('the policy in force, as in `uplink:policy`'),
  ack: locationAckSchema
    .nullable()
    .describe('what the server has of the newest boot of this driver; null: it has seen none'),
  watchers: z
    .int()
    .nonnegative()
    .optional()
    .describe('open sockets that follow the current ride; absent without a ride'),
});
export type DriverSync = z.infer<typeof driverSyncSchema>;

// ── /operator ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** West, south, east, north in degrees; west > east when the box crosses the antimeridian. */
export const bboxSchema = z.tuple([longitude, latitude, longitude, latitude]);
export type Bbox = z.infer<typeof bboxSchema>;

export const fleetWatchSchema = z.strictObject({
  bbox: bboxSchema.describe(
    '`[west, south, east, north]`, degrees; west is greater than east across the antimeridian',
  ),
  zoom: z.number().min(0).max(24).describe('zoom of the map, as in web maps: 0 the world, 24 a doorstep'),
});
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
  at: epochMs.describe('when the frame was made, epoch ms of server time'),
  full: z.boolean().describe('true: `vehicles` replaces what you have; false: it has what changed'),
  vehicles: z
    .array(fleetVehicleSchema)
    .describe('each is `[driverId, lat, lng, heading, speed, state, at]`; empty while there are `cells`'),
  removed: z.array(driverIdSchema).describe('vehicles that left the view since the last frame'),
  cells: z
    .array(z.tuple([z.string(), z.int().positive(), latitude, longitude]))
    .optional()
    .describe(
      'instead of more than 2,000 vehicles: `[H3 index of resolution 8, vehicles in it, lat, lng of its centre]`; absent otherwise',
    ),
  counts: z
    .object({
      available: z.int().nonnegative().describe('drivers of the region that get offers'),
      busy: z.int().nonnegative().describe('drivers on a trip, or who reported that they are busy'),
      offline: z
        .int()
        .nonnegative()
        .describe('drivers who reported it, or without a fix within the freshness window'),
      inView: z.int().nonnegative().describe('vehicles in the watched part of the map'),
      fixesPerSecond: z.number().nonnegative().describe('fixes of the region, mean of the last 4 s'),
      ageP99Ms: z
        .number()
        .nonnegative()
        .describe('99th percentile of the age of the fixes of the last 5 s on arrival, ms; 0 without fixes'),
    })
    .describe('figures of the whole region, whatever is watched'),
});
export type FleetFrame = z.infer<typeof fleetFrameSchema>;

/** At most two a second: the trips that changed since the last frame, newest state only. The start is `GET /v1/trips?open=true`. */
export const tripsFrameSchema = z.object({
  at: epochMs.describe('when the frame was made, epoch ms of server time'),
  trips: z
    .array(tripSummarySchema)
    .describe('trips that changed since the last frame, each in its newest state'),
});
export type TripsFrame = z.infer<typeof tripsFrameSchema>;

// ── every namespace ───────────────────────────────────────────────────────────────────────────────────────────────

/** Sent before the server closes a socket: the reason, and when to reconnect. */
export const goodbyeSchema = z.object({
  code: errorCodeSchema.describe('why the server closes the connection; it decides whether to come back'),
  reconnectAfterMs: z
    .int()
    .nonnegative()
    .optional()
    .describe('how long to wait before the next connection, ms; absent: by your own schedule'),
});
export type Goodbye = z.infer<typeof goodbyeSchema>;

/** Answer to `time`. */
export const serverTimeSchema = z.object({
  domainMs: z
    .number()
    .describe(
      'server time, epoch ms with fractions: that of fixes, commands, offers and trips. In a replay it is not the time of day',
    ),
  wallMs: z.number().describe("the server's time of day, epoch ms: that of tokens"),
  rate: z.number().positive().describe('ms of server time in a ms of real time: 1, more in a fast replay'),
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
