import { z } from 'zod';
import { healthReportSchema } from './driver-health.ts';
import type { ErrorCode } from './error-codes.ts';
import { refusalSchema } from './errors.ts';
import {
  authRenewedSchema,
  authRenewSchema,
  type DriverToServer,
  driverStatusSchema,
  driverSyncSchema,
  driverWatchersSchema,
  emptySchema,
  fleetFrameSchema,
  fleetWatchSchema,
  goodbyeSchema,
  handshakeSchema,
  locationAckSchema,
  locationRefusedSchema,
  locationUpdateSchema,
  notificationSchema,
  type OperatorToServer,
  type RiderToServer,
  type ServerToDriver,
  type ServerToOperator,
  type ServerToRider,
  serverTimeSchema,
  trackPositionSchema,
  trackSeenSchema,
  trackSubscribedSchema,
  trackSubscribeSchema,
  trackUnsubscribeSchema,
  tripsFrameSchema,
  uplinkPolicySchema,
} from './events.ts';
import { positionSchema } from './geo.ts';
import {
  driverCommandSchema,
  offerAnswerSchema,
  offerRevokedSchema,
  offerSchema,
  riderCommandSchema,
  tripEventSchema,
  tripRequestSchema,
  tripSnapshotSchema,
  tripStatusSchema,
  tripSummarySchema,
} from './trips.ts';

/** One event of the socket protocol. */
export interface SocketEvent {
  readonly help: string;
  readonly body: z.ZodType;
  /** What the acknowledgement has beside `ok: true`; null: nothing. Absent: the event has no acknowledgement. */
  readonly answer?: z.ZodType | null;
  /** Codes of refusals besides those that every event may get (`EVENT_CODES`). */
  readonly codes?: readonly ErrorCode[];
}

/** Codes with which any event of a client may be refused. UNKNOWN_EVENT: for names that are not listed. */
export const EVENT_CODES = [
  'VALIDATION',
  'SCALE_003',
  'TOKEN_EXPIRED',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Codes with which the connection to a namespace may be refused (`connect_error`). */
export const HANDSHAKE_CODES = [
  'UNAUTHENTICATED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'WRONG_AUDIENCE',
  'FORBIDDEN',
  'PROTOCOL_UNSUPPORTED',
  'VALIDATION',
  'CONNECTION_LIMIT',
  'SCALE_003',
  'SCALE_006',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Codes of commands on trips. */
const TRIP_CODES = [
  'NOT_FOUND',
  'ILLEGAL_TRANSITION',
  'CONFLICT',
  'KEY_REUSED',
  'UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

const EVERY_NAMESPACE = {
  time: {
    help: "The server's clocks. Estimate the time of fixes and commands by `domainMs` at half the round trip.",
    body: emptySchema,
    answer: serverTimeSchema,
  },
  'auth:renew': {
    help: 'The next token of the same user and role, before the first one expires.',
    body: authRenewSchema,
    answer: authRenewedSchema,
    codes: ['TOKEN_INVALID', 'TOKEN_REVOKED', 'WRONG_AUDIENCE', 'FORBIDDEN'],
  },
} as const satisfies Record<string, SocketEvent>;

const GOODBYE = {
  help: 'The server is about to close the socket: why, and when to come back.',
  body: goodbyeSchema,
} as const satisfies SocketEvent;

const NOTIFICATION = {
  help: 'A notification. It is sent again until it is acknowledged, and may arrive by push too: deduplicate by `notificationId`.',
  body: notificationSchema,
  answer: null,
} as const satisfies SocketEvent;

const TRIP_EVENT = {
  help: 'A change of the trip, numbered by version without gaps. Ignore types that you do not know; after a hole, `sync` (driver) or `track:subscribe` (rider).',
  body: tripEventSchema,
} as const satisfies SocketEvent;

/** Every event of the socket protocol, by namespace and direction. docs/reference/socket-events.md and asyncapi.json are generated from it. */
export const SOCKET_EVENTS = {
  '/driver': {
    toServer: {
      'location:update': {
        help: 'Fixes of one boot, oldest first. With an acknowledgement: it comes when they are in the log. BUSY and SCALE_003: keep them and send them again.',
        body: locationUpdateSchema,
        answer: null,
        codes: ['BUSY'],
      },
      'driver:status': {
        help: 'The status that the driver chose. Not `offline` during a trip.',
        body: driverStatusSchema,
        answer: null,
        codes: ['ILLEGAL_TRANSITION', 'UNAVAILABLE'],
      },
      'offer:answer': {
        help: 'Accepts or declines an offer. GONE: the window has ended or another driver was faster.',
        body: offerAnswerSchema,
        answer: tripStatusSchema,
        codes: ['GONE', ...TRIP_CODES],
      },
      'trip:command': {
        help: 'What the driver does on the trip. Repeat it under the same `commandId` until it is answered.',
        body: driverCommandSchema,
        answer: tripStatusSchema,
        codes: TRIP_CODES,
      },
      'driver:health': {
        help: 'The state of the device and its location source. Repeat the conditions until they are acknowledged; SCALE_003: later.',
        body: healthReportSchema,
        answer: null,
      },
      sync: {
        help: 'After each connection: status, trip, queued trip, open offers, policy, and what the server has of the newest boot.',
        body: emptySchema,
        answer: driverSyncSchema,
        codes: ['UNAVAILABLE'],
      },
      ...EVERY_NAMESPACE,
    },
    toClient: {
      'location:ack': {
        help: 'Cumulative acknowledgement of one boot: forget fixes up to `durable`, send those in `gaps` again.',
        body: locationAckSchema,
      },
      'location:refused': {
        help: 'Fixes that are kept with a verdict and not shown. Do not send them again.',
        body: locationRefusedSchema,
      },
      'offer:new': {
        help: 'An offer to show until `expiresAt`. Sent again until it is acknowledged.',
        body: offerSchema,
        answer: null,
      },
      'offer:revoked': { help: 'Remove the offer from the screen.', body: offerRevokedSchema },
      'trip:event': TRIP_EVENT,
      'trip:watchers': {
        help: 'How many follow the current trip now; sent when it changes, at most once a second.',
        body: driverWatchersSchema,
      },
      notification: NOTIFICATION,
      'uplink:policy': {
        help: 'How often to take and send new fixes from now on, and how often they are acknowledged.',
        body: uplinkPolicySchema,
      },
      goodbye: GOODBYE,
    },
  },
  '/rider': {
    toServer: {
      'trip:request': {
        help: 'Requests a trip under an id of yours (a UUID). Repeat it until it is answered: it stays one trip.',
        body: tripRequestSchema,
        answer: tripStatusSchema,
        codes: ['CONFLICT', 'KEY_REUSED', 'UNAVAILABLE'],
      },
      'trip:command': {
        help: 'Cancels the trip.',
        body: riderCommandSchema,
        answer: tripStatusSchema,
        codes: TRIP_CODES,
      },
      'track:subscribe': {
        help: 'Follows a trip. `since`: what you have, after a disconnect. With the token of a share link: the trip `shared`, always from a snapshot; GONE once it has ended.',
        body: trackSubscribeSchema,
        answer: trackSubscribedSchema,
        codes: ['FORBIDDEN', 'UNAVAILABLE'],
      },
      'track:seen': {
        help: 'The last position that you have shown: every 8 positions or 2 s.',
        body: trackSeenSchema,
        answer: null,
      },
      'track:unsubscribe': {
        help: 'Follows the trip no longer.',
        body: trackUnsubscribeSchema,
        answer: null,
      },
      ...EVERY_NAMESPACE,
    },
    toClient: {
      'location:update': { help: "A position of the followed trip's driver.", body: trackPositionSchema },
      'trip:event': TRIP_EVENT,
      notification: NOTIFICATION,
      'track:reset': {
        help: 'Earlier positions are void: start from this snapshot.',
        body: trackSubscribedSchema,
      },
      goodbye: GOODBYE,
    },
  },
  '/operator': {
    toServer: {
      'fleet:watch': {
        help: 'The part of the map that is shown.',
        body: fleetWatchSchema,
        answer: null,
      },
      ...EVERY_NAMESPACE,
    },
    toClient: {
      'fleet:frame': {
        help: 'At most five a second. `full`: `vehicles` replaces what you have; otherwise it has the changes, and `removed` what left the view. Above 2,000 vehicles `cells` (H3 index, count, lat, lng) replaces them.',
        body: fleetFrameSchema,
      },
      'trips:frame': {
        help: 'At most two a second: the trips that changed. Begin with `GET /v1/trips?open=true`.',
        body: tripsFrameSchema,
      },
      goodbye: GOODBYE,
    },
  },
} as const satisfies {
  '/driver': Directions<DriverToServer, ServerToDriver>;
  '/rider': Directions<RiderToServer, ServerToRider>;
  '/operator': Directions<OperatorToServer, ServerToOperator>;
};

/** Exactly the events that the typed sockets have. */
interface Directions<ToServer, ToClient> {
  readonly toServer: Readonly<Record<keyof ToServer, SocketEvent>>;
  readonly toClient: Readonly<Record<keyof ToClient, SocketEvent>>;
}

/** Names of the shapes that the documents refer to. */
export const SOCKET_SHAPES = {
  Handshake: handshakeSchema,
  Refusal: refusalSchema,
  Empty: emptySchema,
  ServerTime: serverTimeSchema,
  AuthRenew: authRenewSchema,
  AuthRenewed: authRenewedSchema,
  Goodbye: goodbyeSchema,
  LocationUpdate: locationUpdateSchema,
  LocationAck: locationAckSchema,
  LocationRefused: locationRefusedSchema,
  DriverStatus: driverStatusSchema,
  HealthReport: healthReportSchema,
  DriverSync: driverSyncSchema,
  DriverWatchers: driverWatchersSchema,
  UplinkPolicy: uplinkPolicySchema,
  Offer: offerSchema,
  OfferAnswer: offerAnswerSchema,
  OfferRevoked: offerRevokedSchema,
  DriverCommand: driverCommandSchema,
  RiderCommand: riderCommandSchema,
  TripRequest: tripRequestSchema,
  TripStatus: tripStatusSchema,
  TripEvent: tripEventSchema,
  TripSnapshot: tripSnapshotSchema,
  Position: positionSchema,
  TrackSubscribe: trackSubscribeSchema,
  TrackSubscribed: trackSubscribedSchema,
  TrackPosition: trackPositionSchema,
  TrackSeen: trackSeenSchema,
  TrackUnsubscribe: trackUnsubscribeSchema,
  Notification: notificationSchema,
  FleetWatch: fleetWatchSchema,
  FleetFrame: fleetFrameSchema,
  TripsFrame: tripsFrameSchema,
  TripSummary: tripSummarySchema,
} as const satisfies Record<string, z.ZodType>;

export type SocketShape = keyof typeof SOCKET_SHAPES;

/**
 * The shapes as JSON Schema (2020-12), each with references to the others. Requests are strict; what the server sends may gain fields, which
 * clients must ignore.
 * @param refOf the reference to a shape
 */
export function socketShapes(
  refOf: (shape: SocketShape) => string,
): Record<SocketShape, Record<string, unknown>> {
  const shapes = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SOCKET_SHAPES)) shapes.add(schema, { id });
  const { schemas } = z.toJSONSchema(shapes, {
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => refOf(id as SocketShape),
  });
  for (const made of Object.values(schemas)) {
    delete (made as Record<string, unknown>).$schema;
    delete (made as Record<string, unknown>).$id;
  }
  return schemas as Record<SocketShape, Record<string, unknown>>;
}
