/*
 * Limits that clients and servers share: `LIMITS` of the package, whose values are exports of their own so that a phone's bundle has only those
 * that it uses. `docs/reference/limits.md` repeats them, and a test compares the two.
 */

/** Fixes in one `location:update`; more are refused with VALIDATION. */
export const fixesPerFrame = 200;
/** Fixes that a client may have sent and unacknowledged. */
export const fixesInFlight = 1000;
/** Frames of one socket that wait for their append; more are refused with BUSY. */
export const framesInFlight = 32;
/** A cumulative acknowledgement is sent after this many unacknowledged fixes, regardless of the interval. */
export const ackEveryFixes = 64;
/** Default interval of `location:ack`, ms; a policy value. */
export const ackIntervalMs = 5000;
/** Events a driver's socket may send per second, and in one burst. */
export const driverEventsPerSecond = 20;
export const driverEventsBurst = 40;
/**
 * A driver's budget of fixes over sockets and HTTP together: fixes a second in the long run, and at once. The burst takes a full outbox of the
 * SDK (20,000 fixes, 5.5 h at 1 Hz); what is beyond it drains at twenty times the pace of a phone. More is SCALE_003 with `retryAfterMs`.
 */
export const driverFixesPerSecond = 25;
export const driverFixesBurst = 30_000;
/** The first fix of each 64 seqs (64 n to 64 n + 63) costs the budget this many more: it makes a track document. */
export const newBlockFixes = 16;
/** Sustained excess after which the socket is closed, ms. */
export const rateLimitedCloseMs = 10_000;
/** Open sockets of one user on one gateway. */
export const socketsPerUser = 5;
/** Refused handshakes after which a connection is closed; unknown namespaces count. */
export const refusedHandshakesPerSocket = 5;
/** Refused handshakes of one address (IPv6: /64) per minute and gateway; beyond it, its connections without a good token get one each. */
export const refusedHandshakesPerAddress = 20;
/** Open sockets of one share link on one gateway: a family opens the same link. */
export const socketsPerShare = 20;
/** Share links of one trip that work at a time; one more is CONFLICT. */
export const sharesPerTrip = 10;
/** Life of a share link, ms: shortest, default and longest. */
export const shareTtlMinMs = 60_000;
export const shareTtlMs = 86_400_000;
export const shareTtlMaxMs = 604_800_000;
/** Least interval of `trip:watchers` to one driver, ms. */
export const watchersIntervalMs = 1000;
/** Cars in a tile of `GET /v1/home` below which the tile is not listed. */
export const nearbyCarsPerTile = 3;
/** Trips one rider socket may follow at a time. */
export const followedTripsPerSocket = 16;
/** Unseen positions of a follower; beyond it only the newest is held. */
export const unseenPositions = 8;
/** A follower sends `track:seen` after this many positions, or this many ms. */
export const seenEveryPositions = 8;
export const seenEveryMs = 2000;
/** Positions kept in a trip's log. */
export const trackLogPositions = 300;
/** Missing ranges listed for one app start in a ledger. */
export const ledgerRanges = 1000;
/** Gaps in one `location:ack`. */
export const ackGaps = 32;
/** Largest Socket.IO message, bytes. */
export const messageBytes = 64 * 1024;
/** Stops between pick-up and drop-off. */
export const stopsPerTrip = 8;
/**
 * Trips that a rider may request and cancel within the window; the next request is SCALE_003. Each of them rings a driver's phone: without a
 * limit one rider in a loop makes it ring 80 times a minute.
 */
export const cancelledRequests = 5;
export const cancelledRequestsWindowMs = 300_000;
/**
 * Offers of one driver within the window that end without an acceptance (declined, not answered, withdrawn); at the limit the driver gets
 * none until the oldest has left the window.
 */
export const unacceptedOffers = 10;
export const unacceptedOffersWindowMs = 60_000;
/** After a rider cancels a trip that a driver was offered or had, or the driver declines it or gives it back, the driver is not offered a trip of this rider. */
export const pairCoolDownMs = 60_000;
/** Furthest pick-up time of a scheduled trip, days from now on the domain clock. */
export const scheduledDaysAhead = 90;
/** Scheduled trips of one rider that are not released yet; one more is CONFLICT. */
export const scheduledTripsPerRider = 20;
/** Most characters of a reason. */
export const reasonLength = 200;
/** Devices of one user that get push messages; the least recently updated is dropped first. */
export const devicesPerUser = 10;
/** Unacknowledged notifications sent to a new connection. */
export const notificationsOnConnect = 20;
/** Health reports of a driver's socket: one in this time, and in one burst. More is SCALE_003. */
export const healthReportEveryMs = 10_000;
export const healthReportsBurst = 6;
/** Conditions in one health report. */
export const healthConditions = 16;
/** Longest window of a driver's health, ms; and outages listed in it. */
export const healthWindowMs = 86_400_000;
export const healthOutages = 200;
/** Characters of a password. */
export const passwordMinLength = 10;
export const passwordMaxLength = 256;
/** Sessions of one user; one more sign-in ends the oldest. */
export const sessionsPerUser = 20;
/** Longest page of any list. */
export const pageSize = 100;
