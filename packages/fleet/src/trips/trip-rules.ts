/**
 * Durations and counts of a trip. Domain ms unless stated otherwise. Sources: docs/design/matching.md, "Parameters seen in the field" to
 * "After acceptance" (Namma Yatri's configuration and commonly quoted values); values without a published figure are assumptions, marked as
 * such there.
 */
export const TRIP_RULES = {
  /** Time to answer an offer; the phone's countdown starts here. */
  offerWindowMs: 15_000,
  /** Grace for an answer that was given in time and arrived late; never shown. */
  offerGraceMs: 2000,
  /** Most open offers during a fan-out. */
  fanOutOffers: 5,
  /** Unsuccessful offers, or ms of search, after which the fan-out begins. */
  fanOutAfterOffers: 3,
  fanOutAfterMs: 45_000,
  /** Time between two offers of a fan-out: the nearest driver gets the first. */
  fanOutStaggerMs: 3000,
  /** Most offers of one trip: bounds the document. */
  mostOffers: 64,
  /** Most reallocations of one trip before it ends. */
  mostReallocations: 5,
  /** Most pauses of one trip: with the other bounds a trip has fewer events than are kept (TRIP_EVENTS_KEPT). */
  mostPauses: 40,
  /** Most times that a silence of the driver of one trip is an event; later ones stay open until the driver does something. */
  mostSilences: 10,
  /** Wait at the pick-up after which the driver may report a no-show. */
  noShowAfterMs: 300_000,
  /** Farthest distance from the pick-up, metres, at which a driver with a fresh fix can report arrival. */
  arrivedWithinMetres: 150,
  /** How long before the pick-up time of a scheduled trip the search begins, and how long after that time it continues. */
  scheduledLeadMs: 900_000,
  scheduledLastMs: 600_000,
} as const;
