import {
  TRIP_ENDS,
  type TripAttention,
  type TripStateName,
  type TripSummary,
  type TripView,
} from '@rideline/contract';

/** The trips that the page shows: open ones, rides whose fare must be reviewed, and those that have just ended. */
export type Trips = ReadonlyMap<string, TripSummary>;

/** How long a trip that has ended stays in the list, ms of the domain clock at rate 1. */
export const ENDED_VISIBLE_MS = 60_000;

export function hasEnded(trip: Pick<TripSummary, 'state'>): boolean {
  return TRIP_ENDS.includes(trip.state);
}

/** Whether the trip stays on the page: it is open, or its fare must be reviewed. */
export function isCurrent(trip: Pick<TripSummary, 'state' | 'attention'>): boolean {
  return !hasEnded(trip) || trip.attention === 'fare_review';
}

/** The trips after some have changed: of each the newest version, whichever way it arrived. */
export function withTrips(trips: Trips, changed: readonly TripSummary[]): Trips {
  const next = new Map(trips);
  for (const trip of changed) {
    const held = next.get(trip.tripId);
    if (held === undefined || held.version < trip.version) next.set(trip.tripId, trip);
  }
  return next;
}

/**
 * The trips after the whole list of current ones was read. A trip that is current here but missing in the list has ended or was reviewed,
 * or was opened after the list was read: it is returned in `unlisted` and must be requested singly.
 */
export function withCurrentList(
  trips: Trips,
  current: readonly TripSummary[],
): { readonly trips: Trips; readonly unlisted: readonly string[] } {
  const listed = new Set(current.map(({ tripId }) => tripId as string));
  const unlisted = [...trips.values()]
    .filter((trip) => isCurrent(trip) && !listed.has(trip.tripId))
    .map(({ tripId }) => tripId as string);
  return { trips: withTrips(trips, current), unlisted };
}

/** Removes trips that ended long ago and need nothing. @param domainMs the current domain time · @param rate of the domain clock */
export function withoutOld(trips: Trips, domainMs: number, rate: number): Trips {
  const kept = [...trips].filter(
    ([, trip]) =>
      isCurrent(trip) || trip.endedAt === null || domainMs - trip.endedAt < ENDED_VISIBLE_MS * rate,
  );
  return kept.length === trips.size ? trips : new Map(kept);
}

/** Converts a trip of the REST API to the form of the feed. */
export function summaryOfView(view: TripView): TripSummary {
  const { requestedAt, endedAt, offers, ...same } = view;
  return {
    tripId: same.tripId,
    version: same.version,
    state: same.state,
    riderId: same.riderId,
    driverId: same.driverId,
    slot: same.slot,
    tier: same.tier,
    pickup: same.pickup,
    dropoff: same.dropoff,
    stops: same.stops,
    reason: same.reason,
    attention: same.attention,
    driverSilentSince: view.driverSilentSince === null ? null : Date.parse(view.driverSilentSince),
    requestedAt: Date.parse(requestedAt),
    endedAt: endedAt === null ? null : Date.parse(endedAt),
    offers: (offers ?? [])
      .filter(({ state }) => state === 'open')
      .map(({ offerId, driverId, expiresAt, etaSeconds }) => ({
        offerId,
        driverId,
        expiresAt: Date.parse(expiresAt),
        etaSeconds,
      })),
  };
}

/** The groups that an operator distinguishes. */
export type TripGroup = 'waiting' | 'offered' | 'pickup' | 'on_trip' | 'ended';

export function groupOf(state: TripStateName): TripGroup {
  switch (state) {
    case 'scheduled':
    case 'searching':
      return 'waiting';
    case 'offered':
      return 'offered';
    case 'accepted':
    case 'arrived':
      return 'pickup';
    case 'in_progress':
    case 'at_stop':
      return 'on_trip';
    default:
      return 'ended';
  }
}

export const GROUP_NAMES: Readonly<Record<TripGroup, string>> = {
  waiting: 'Waiting',
  offered: 'Offered',
  pickup: 'To pick-up',
  on_trip: 'On trip',
  ended: 'Ended',
};

export const TRIP_STATE_NAMES: Readonly<Record<TripStateName, string>> = {
  scheduled: 'Scheduled',
  searching: 'Waiting for a driver',
  offered: 'Offered to a driver',
  accepted: 'Driver on the way',
  arrived: 'Driver at the pick-up',
  in_progress: 'On trip',
  at_stop: 'At a stop',
  completed: 'Completed',
  cancelled: 'Cancelled',
  no_show: 'Rider did not show up',
  no_drivers: 'No driver found',
  failed: 'Failed',
};

/** The state in words, with what an operator must look at. */
export function stateLabel({ state, attention }: Pick<TripSummary, 'state' | 'attention'>): string {
  const name = TRIP_STATE_NAMES[state];
  return attention === null ? name : `${name} · ${ATTENTION_NAMES[attention]}`;
}

const ATTENTION_NAMES: Readonly<Record<TripAttention, string>> = {
  driver_silent: 'driver silent',
  fare_review: 'fare to review',
};

export function countGroups(trips: Trips): Readonly<Record<TripGroup, number>> {
  const counts = { waiting: 0, offered: 0, pickup: 0, on_trip: 0, ended: 0 };
  for (const { state } of trips.values()) counts[groupOf(state)] += 1;
  return counts;
}

/** The active trip of a driver, from acceptance on; not the queued one after it. */
export function tripOfDriver(trips: Trips, driverId: string): TripSummary | null {
  for (const trip of trips.values()) {
    if (trip.driverId === driverId && trip.slot !== 'queued' && !hasEnded(trip)) return trip;
  }
  return null;
}
