/**
 * Limits that both ends of the wire know. `docs/reference/limits.md` repeats them and a test compares the two.
 */
export const LIMITS = {
  /** Fixes in one `location:update`; more is refused as VALIDATION. */
  fixesPerFrame: 200,
  /** Fixes a client keeps unacknowledged on the wire. */
  fixesInFlight: 1000,
  /** Frames of one socket waiting for their append; more is answered BUSY. */
  framesInFlight: 32,
  /** A cumulative acknowledgement is sent after this many unacknowledged fixes, whatever the interval. */
  ackEveryFixes: 64,
  /** Default interval of `location:ack`, ms; a policy value. */
  ackIntervalMs: 5000,
  /** Events a driver's socket may send per second, and in one burst. */
  driverEventsPerSecond: 20,
  driverEventsBurst: 40,
  /** Sustained excess after which the socket is closed, ms. */
  rateLimitedCloseMs: 10_000,
  /** Sockets one user may hold open on one gateway. */
  socketsPerUser: 5,
  /** Trips one rider socket may follow at a time. */
  followedTripsPerSocket: 16,
  /** Positions a follower may leave unseen before only the newest is held back. */
  unseenPositions: 8,
  /** A follower says `track:seen` after this many positions, or this many ms. */
  seenEveryPositions: 8,
  seenEveryMs: 2000,
  /** Positions kept in a trip's log. */
  trackLogPositions: 300,
  /** Gaps told in one `location:ack`. */
  ackGaps: 32,
  /** Largest Socket.IO message, bytes. */
  messageBytes: 64 * 1024,
  /** Stops between pick-up and drop-off. */
  stopsPerTrip: 8,
  /** Characters of a reason that somebody gives. */
  reasonLength: 200,
  /** Devices of one user that pushes go to; the one unheard of for longest goes first. */
  devicesPerUser: 10,
  /** Unacknowledged notifications that a new connection is sent. */
  notificationsOnConnect: 20,
  /** Characters of a password. */
  passwordLeast: 10,
  passwordMost: 256,
  /** Sessions of one user; signing in once more ends the oldest. */
  sessionsPerUser: 20,
  /** Longest page of any list. */
  pageSize: 100,
} as const;

/** The protocol versions spoken by this server. */
export const PROTOCOL = { min: 1, max: 1 } as const;
