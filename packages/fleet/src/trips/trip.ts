import type {
  Actor,
  DriverId,
  OfferEnd,
  OfferId,
  Point,
  RiderId,
  TripEventType,
  TripId,
  TripStateName,
} from '@rideline/contract';

/**
 * A trip and its states. Each state has only its own fields, and every switch over states or transitions ends in `unreachable`, so that
 * a new member of either union is a compile error at each place that has to handle it. Times are epoch ms on the domain clock.
 */
export type TripState =
  | Scheduled
  | Searching
  | Offered
  | Accepted
  | Arrived
  | InProgress
  | AtStop
  | Completed
  | Cancelled
  | NoShow
  | NoDrivers
  | Failed;

/** Requested for a later time; the search has not begun. */
export interface Scheduled {
  readonly name: 'scheduled';
  readonly pickupAt: number;
}

/** Waits for a driver. `since`: when this search began; the budget counts from then, whatever offers were made in between. */
export interface Searching {
  readonly name: 'searching';
  readonly since: number;
}

/** At least one offer is open. `since` as in `searching`. */
export interface Offered {
  readonly name: 'offered';
  readonly since: number;
}

/** A driver is on the way, or will be after their current ride (slot queued). */
export interface Accepted {
  readonly name: 'accepted';
  readonly acceptedAt: number;
}

export interface Arrived {
  readonly name: 'arrived';
  readonly acceptedAt: number;
  readonly arrivedAt: number;
  /** When the server received the report of the arrival, whose time is the phone's. Absent in trips stored before it was kept. */
  readonly reportedAt?: number;
}

/** The rider is on board. `stopsDone`: number of planned stops reached. */
export interface InProgress {
  readonly name: 'in_progress';
  readonly startedAt: number;
  readonly stopsDone: number;
}

/** The car waits at a planned stop or, with `planned: false`, because the driver paused the trip. */
export interface AtStop {
  readonly name: 'at_stop';
  readonly startedAt: number;
  readonly stopsDone: number;
  readonly stoppedAt: number;
  readonly planned: boolean;
}

/** An end: the rider was dropped off. */
export interface Completed {
  readonly name: 'completed';
  readonly startedAt: number;
  readonly completedAt: number;
  readonly review?: FareReview;
}

/**
 * Why a person must decide the fare of a ride that has ended. driver_silent: it ended without its driver, whose phone was silent. How far it
 * went is not known.
 */
export interface FareReview {
  readonly reason: 'driver_silent';
  /** When the driver was last heard. */
  readonly heardAt: number;
  /** When an operator marked the fare as reviewed; absent: the review is open. */
  readonly resolvedAt?: number;
}

export interface Cancelled {
  readonly name: 'cancelled';
  readonly by: Actor;
  readonly reason: string | null;
  readonly cancelledAt: number;
  /** When the ride started that its rider ended. Absent in rides ended before it was kept, and in trips cancelled in any other way. */
  readonly startedAt?: number;
  readonly review?: FareReview;
}

/** An end: the driver waited long enough and the rider did not appear. */
export interface NoShow {
  readonly name: 'no_show';
  readonly endedAt: number;
}

/** An end: no driver was found within the budget. */
export interface NoDrivers {
  readonly name: 'no_drivers';
  readonly endedAt: number;
}

/** An end by an internal failure; the reason is a fixed word. */
export interface Failed {
  readonly name: 'failed';
  readonly reason: string;
  readonly endedAt: number;
}

/** Which of a driver's two slots a trip holds: the current ride, or the next one. */
export type TripSlot = 'active' | 'queued';

export interface TripOffer {
  readonly offerId: OfferId;
  readonly driverId: DriverId;
  /** 1, 2, … over the whole trip. */
  readonly attempt: number;
  readonly slot: TripSlot;
  readonly state: 'open' | OfferEnd;
  readonly offeredAt: number;
  /** End of the window; the server accepts answers for `offerGraceMs` longer, to allow for delivery. */
  readonly expiresAt: number;
  readonly endedAt?: number;
  readonly etaSeconds: number;
  readonly distanceMetres: number;
}

/** The part of a trip that transitions read and change. */
export interface TripCore {
  readonly state: TripState;
  readonly riderId: RiderId;
  /** Absent while no driver is assigned: the unique index contains only trips with a driver. */
  readonly driverId?: DriverId;
  readonly slot?: TripSlot;
  /** Whether the trip holds its rider and its driver: the unique indexes contain only open trips. */
  readonly open: boolean;
  readonly offers: readonly TripOffer[];
  readonly stops: readonly Point[];
  /** How often a driver was unassigned. */
  readonly reallocations: number;
  /** How often the driver paused the trip; absent: never. */
  readonly pauses?: number;
  /** When the driver of this trip was last heard, as far as it was checked: rules in trip-silence.ts. */
  readonly heardAt?: number;
  /** Present while the driver of this trip is silent. */
  readonly silence?: DriverSilence;
  /** How often its drivers fell silent; absent: never. */
  readonly silences?: number;
}

/** The driver's phone is silent: neither a fix nor a connection. */
export interface DriverSilence {
  /** When the driver was last heard. */
  readonly since: number;
  /** When the newest step was taken: the silence was noticed, or the rider may end the ride. */
  readonly steppedAt: number;
  readonly riderMayEnd: boolean;
}

export type { TripEventType };

export function unreachable(value: never): never {
  throw new TypeError(`unexpected member: ${JSON.stringify(value)}`);
}

/** When the trip ended, epoch ms on the domain clock; null while it has not. */
export function endedAt(state: TripState): number | null {
  switch (state.name) {
    case 'scheduled':
    case 'searching':
    case 'offered':
    case 'accepted':
    case 'arrived':
    case 'in_progress':
    case 'at_stop':
      return null;
    case 'completed':
      return state.completedAt;
    case 'cancelled':
      return state.cancelledAt;
    case 'no_show':
    case 'no_drivers':
    case 'failed':
      return state.endedAt;
    default:
      return unreachable(state);
  }
}

/** A trip that has ended or is scheduled for later is not open: it holds neither its driver nor its rider. */
export function isOpen(state: TripState): boolean {
  return state.name !== 'scheduled' && endedAt(state) === null;
}

/** The reason given for the end of a trip; null when there is none. */
export function endReason(state: TripState): string | null {
  if (state.name === 'cancelled' || state.name === 'failed') return state.reason;
  return fareReview(state)?.reason ?? null;
}

/** The review, open or resolved, of an ended trip's fare; null when it needs none. */
export function fareReview(state: TripState): FareReview | null {
  return state.name === 'completed' || state.name === 'cancelled' ? (state.review ?? null) : null;
}

/** Whether a person still has to review the fare. */
export function isFareReviewOpen(state: TripState): boolean {
  const review = fareReview(state);
  return review !== null && review.resolvedAt === undefined;
}

/** The state's name as sent to followers; the return type checks that the contract has every name. */
export function stateName(state: TripState): TripStateName {
  return state.name;
}

export function openOffers(trip: Pick<TripCore, 'offers'>): TripOffer[] {
  return trip.offers.filter(({ state }) => state === 'open');
}

/** Drivers who get no further offer of this trip: they declined, let an offer expire, were unreachable, or cancelled after accepting. */
export function barredDrivers(trip: Pick<TripCore, 'offers'>): Set<DriverId> {
  return new Set(
    trip.offers
      .filter(({ state }) => state !== 'open' && state !== 'revoked')
      .map(({ driverId }) => driverId),
  );
}

/** Number of planned stops reached. */
export function stopsDone(state: TripState): number {
  return state.name === 'in_progress' || state.name === 'at_stop' ? state.stopsDone : 0;
}

export function offerIdOf(tripId: TripId, attempt: number): OfferId {
  return `${tripId}_${attempt}` as OfferId;
}

/** The trip of an offer, or null when the text is not an offer id. */
export function tripOfOffer(offerId: OfferId): TripId | null {
  const at = offerId.lastIndexOf('_');
  return at > 0 && /^\d{1,4}$/.test(offerId.slice(at + 1)) ? (offerId.slice(0, at) as TripId) : null;
}
