/**
 * Times and counts of a trip's life. Domain ms, unless said otherwise. Sources: docs/design/matching.md, "Parameters seen in the field" to
 * "After acceptance" (Namma Yatri's configuration and commonly quoted values); those without a published figure are assumptions, marked as such
 * there.
 */
export const TRIP_RULES = {
  /** A driver has this long to answer an offer; the phone counts down from here. */
  offerWindowMs: 15_000,
  /** For an answer that was given in time and came late; never shown. */
  offerGraceMs: 2000,
  /** Offers at a time once the search goes to several drivers. */
  fanOutOffers: 5,
  /** Offers that were made in vain, or ms of search, after which it does. */
  fanOutAfterOffers: 3,
  fanOutAfterMs: 45_000,
  /** Between two offers of a fan-out: the nearest hears first. */
  fanOutStaggerMs: 3000,
  /** Offers that one trip makes at most: bounds the document. */
  mostOffers: 64,
  /** Drivers that may be taken off one trip before it gives up. */
  mostReallocations: 5,
  /** Wait at the pick-up after which the driver may go. */
  noShowAfterMs: 300_000,
  /** A driver who says that he has arrived is not further away than this, metres, where a fresh fix tells. */
  arrivedWithinMetres: 150,
  /** How long before its pick-up time the search for a scheduled trip begins, and how long after it still goes on. */
  scheduledLeadMs: 900_000,
  scheduledLastMs: 600_000,
} as const;
