import {
  DRIVER_STATUS_TEXTS,
  FIX_MEMBERS,
  FLEET_VEHICLE_MEMBERS,
  LIMITS,
  NOTIFICATION_KIND_TEXTS,
  PROTOCOL,
  TRIP_EVENT_TEXTS,
  VERDICT_TEXTS,
} from '@rideline/contract';

const list = (rows: readonly string[]) => rows.map((row) => `- ${row}`).join('\n');
const numbered = (rows: readonly (readonly [string, string])[]) =>
  rows.map(([name, text], at) => `${at}. \`${name}\`: ${text}`).join('\n');
const texts = (rows: Readonly<Record<string, string>>) =>
  list(Object.entries(rows).map(([name, text]) => `\`${name}\`: ${text}`));
const seconds = (ms: number) => `${ms / 1000} s`;

/** What a client must know beyond its messages, as Markdown: docs/clients.md is the longer form. */
export function asyncApiText(): string {
  return [
    `Socket.IO 4 events (Engine.IO 4) on the path \`/socket.io/\`. Channels are namespaces, messages are events with one argument, replies are acknowledgements. Protocol version ${PROTOCOL.max}.`,
    '## Connecting',
    'Connect to one namespace with `auth` = `{token, protocol, sdk}`. `protocol` is the version above, `sdk` names your client. A refusal is a `connect_error` whose `data` has a `code`; Socket.IO clients do not try again after it, so yours decides: by the advice of the code, after `retryAfterMs`.',
    'Before the server closes a connection it sends `goodbye {code, reconnectAfterMs}`. After DRAINING, TOKEN_EXPIRED, SLOW_CONSUMER and SCALE_003 come back, after `reconnectAfterMs` and with a random part added; after TOKEN_REVOKED, CONNECTION_REPLACED, CONNECTION_LIMIT and UNKNOWN_EVENT do not. Without a `goodbye` (the network, a crash) reconnect with a growing and random wait. `auth:renew` presents the next token, so that the connection outlives the first.',
    '## Acknowledgements',
    'An acknowledgement has one argument: `{ok: true, …}` or a refusal `{ok: false, code, detail?, retryAfterMs?}`. No answer within 10 s: the connection may be dead; ask again on the next one. Retry advice of codes: `never`, `change` (the request), `later` (after `retryAfterMs`), `reauthenticate`. Requests that change something have an id of yours (`commandId`, `tripId`): repeat them unchanged under it until they are answered, and they take effect once. `effect: unknown` says that a failed try may have taken effect.',
    '## Times',
    'Epoch ms of the server’s domain clock. Ask `time` and add half the round trip; phones’ own clocks are wrong by minutes.',
    '## Fixes of a driver',
    `A fix is an array:\n\n${numbered(FIX_MEMBERS)}`,
    list([
      'One start of the app is one `boot`, an id that you make at its start. Within it number fixes 0, 1, 2 … and never give a number to two fixes.',
      'Keep every fix until `durable` of a `location:ack` has reached its number. `received` alone means: in the log, not in the database.',
      'Send the ranges in `gaps` again. What is sent and not `received` after 15 s, send again. After each connection call `sync`: its `ack` says what the server has of your newest boot.',
      'If you hold nothing below a number (you started higher, or dropped old fixes), send `lowest` with every frame; otherwise `durable` stays below it for good.',
      `At most ${LIMITS.fixesPerFrame} fixes a frame and ${LIMITS.fixesInFlight} unacknowledged. BUSY and SCALE_003: keep them, and send them after \`retryAfterMs\`. VALIDATION: the frame is wrong and will stay so.`,
      'A `location:refused` fix is stored with its verdict and not shown: do not send it again.',
      '`uplink:policy` says how often to send.',
    ]),
    `Verdicts:\n\n${texts(VERDICT_TEXTS)}`,
    `Status of a driver:\n\n${texts(DRIVER_STATUS_TEXTS)}`,
    '## Trips',
    list([
      '`trip:event` is numbered by the trip’s `version` without gaps. After a hole call `sync` (driver) or `track:subscribe` with `since` (rider). Ignore types that you do not know.',
      '`offer:new` comes again until it is acknowledged: show it once by its `offerId`, until `expiresAt`. An answer after that is GONE.',
      'A rider’s positions rise by `{epoch, pos}`; `skipped` counts those that were left out. After `track:reset`, or `recovered: false`, begin from the snapshot.',
      `Send \`track:seen\` after ${LIMITS.seenEveryPositions} positions or ${seconds(LIMITS.seenEveryMs)}; otherwise only the newest position is sent.`,
    ]),
    `Types of \`trip:event\`, and what their \`data\` has:\n\n${texts(TRIP_EVENT_TEXTS)}`,
    `Kinds of \`notification\`, for whom they are, and what their \`data\` has:\n\n${texts(NOTIFICATION_KIND_TEXTS)}`,
    `A vehicle of \`fleet:frame\` is an array:\n\n${numbered(FLEET_VEHICLE_MEMBERS)}`,
    '## Limits',
    list([
      `${LIMITS.messageBytes / 1024} KiB a message.`,
      `A driver’s socket: ${LIMITS.driverEventsPerSecond} events a second, ${LIMITS.driverEventsBurst} at once; above that for ${seconds(LIMITS.rateLimitedCloseMs)} closes it.`,
      `A driver’s fixes: ${LIMITS.driverFixesPerSecond} a second in the long run, ${LIMITS.driverFixesBurst.toLocaleString('en')} at once.`,
      `${LIMITS.socketsPerUser} sockets of a user on one gateway, ${LIMITS.followedTripsPerSocket} followed trips a socket.`,
      `${LIMITS.refusedHandshakesPerSocket} refused handshakes of a connection close it.`,
      'Three unknown events close the socket. All of them are in `info.x-limits`.',
    ]),
    'Fields that are not described may be added to what the server sends: ignore them. What clients send must not have others.',
  ].join('\n\n');
}
