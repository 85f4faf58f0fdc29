import {
  type DriverSync,
  type Offer,
  type OfferRevoked,
  TRIP_ENDS,
  type TripEvent,
  type TripSnapshot,
  type TripStatus,
} from '@rideline/contract';

/** A change of the driver's offers and trips. A trip known only from events has neither driver nor position. */
export interface DriverTripsChange {
  readonly newOffers: readonly Offer[];
  readonly goneOffers: readonly OfferRevoked[];
  readonly tripChanged: boolean;
}

const NOTHING: DriverTripsChange = { newOffers: [], goneOffers: [], tripChanged: false };
/** Offers that are remembered, so that one that arrives again is not shown again; and trips. */
const KEPT = 200;
/** Events after which the trip is no longer assigned to this driver. */
const UNASSIGNED = new Set(['driver_cancelled', 'reassigned']);

/** The current ride, the one after it, and open offers: from `sync`, events and answers, whichever arrives first; pure. */
export class DriverTrips {
  trip: TripSnapshot | null = null;
  queued: TripSnapshot | null = null;
  readonly #open = new Map<string, Offer>();
  readonly #shown = new Set<string>();
  readonly #answering = new Set<string>();
  /** The newest that events and answers said of each trip: an answer to `sync` may have been read before. */
  readonly #news = new Map<string, TripStatus & { readonly ended: boolean }>();
  /** Trips and offers that were heard of while `sync` is on its way; null while it is not. */
  #heard: Set<string> | null = null;

  get offers(): Offer[] {
    return [...this.#open.values()];
  }

  offer(offerId: string): Offer | undefined {
    return this.#open.get(offerId);
  }

  /** Whether the offer was shown, and is over if `offer` does not give it any more. */
  wasShown(offerId: string): boolean {
    return this.#shown.has(offerId);
  }

  /** The driver answers: from now on the server says when the offer is over, since the answer may have arrived in time. */
  answering(offerId: string): void {
    this.#answering.add(offerId);
  }

  /** When the next offer that is not being answered expires, domain ms; Infinity without one. */
  get nextExpiry(): number {
    return Math.min(...this.#unanswered().map(({ expiresAt }) => expiresAt));
  }

  /** The windows that are over at this domain time. */
  expired(now: number): DriverTripsChange {
    const gone = this.#unanswered().filter(({ expiresAt }) => expiresAt <= now);
    for (const { offerId } of gone) this.#close(offerId);
    return { ...NOTHING, goneOffers: gone.map(({ offerId }) => ({ offerId, reason: 'expired' })) };
  }

  /** `sync` is being sent. What arrives before its answer may be newer than that. */
  syncBegins(): void {
    this.#heard = new Set();
  }

  /** There was no answer. */
  syncFailed(): void {
    this.#heard = null;
  }

  /** The server's state after a (re)connect: an offer that it does not name is gone. */
  synced(sync: Pick<DriverSync, 'trip' | 'queued' | 'offers'>): DriverTripsChange {
    const before = JSON.stringify([this.trip, this.queued]);
    const heard = this.#heard ?? new Set();
    this.#heard = null;
    this.trip = this.#openOf(sync.trip ?? this.#keptOf(this.trip, heard, sync.queued));
    this.queued = this.#openOf(sync.queued ?? this.#keptOf(this.queued, heard, sync.trip));
    const named = new Set(sync.offers.map(({ offerId }) => offerId as string));
    const goneOffers: OfferRevoked[] = [];
    for (const { offerId } of this.offers) {
      if (named.has(offerId) || heard.has(offerId)) continue;
      this.#close(offerId);
      goneOffers.push({ offerId, reason: 'ended' });
    }
    const newOffers = sync.offers.filter((offer) => this.#show(offer));
    return { newOffers, goneOffers, tripChanged: JSON.stringify([this.trip, this.queued]) !== before };
  }

  /** An offer has arrived, possibly again. */
  offered(offer: Offer): DriverTripsChange {
    this.#heard?.add(offer.offerId);
    return this.#show(offer) ? { ...NOTHING, newOffers: [offer] } : NOTHING;
  }

  revoked(revoked: OfferRevoked): DriverTripsChange {
    this.#remember(revoked.offerId);
    return this.#close(revoked.offerId) ? { ...NOTHING, goneOffers: [revoked] } : NOTHING;
  }

  /** The server has accepted the answer to an offer. */
  answered(offer: Offer, status: TripStatus, accepted: boolean): DriverTripsChange {
    this.#close(offer.offerId);
    if (!accepted || status.state !== 'accepted') return NOTHING;
    const { tripId, pickup, dropoff, stops } = offer;
    const trip: TripSnapshot = {
      tripId,
      state: status.state,
      version: status.version,
      driver: null,
      position: null,
      pickup,
      dropoff,
      stops,
      stopsDone: 0,
    };
    this.#heard?.add(tripId);
    const known = [this.trip, this.queued].find((one) => one?.tripId === tripId);
    if (known && known.version >= status.version) return NOTHING;
    if (offer.queued && this.trip?.tripId !== tripId) this.queued = trip;
    else this.trip = trip;
    return { ...NOTHING, tripChanged: true };
  }

  /** Applies the trip's state from a command's answer or an event. */
  update(status: TripStatus, unassigned = false): DriverTripsChange {
    const { tripId, state, version } = status;
    const ended = unassigned || TRIP_ENDS.includes(state);
    this.#heard?.add(tripId);
    if ((this.#news.get(tripId)?.version ?? -1) < version) {
      this.#news.delete(tripId);
      this.#news.set(tripId, { tripId, state, version, ended });
      dropOldest(this.#news);
    }
    for (const place of ['trip', 'queued'] as const) {
      const held = this[place];
      if (held?.tripId !== tripId || held.version >= version) continue;
      this[place] = ended ? null : { ...held, state, version };
      return { ...NOTHING, tripChanged: true };
    }
    return NOTHING;
  }

  event(event: TripEvent): DriverTripsChange {
    const change = this.update(event, UNASSIGNED.has(event.type));
    if (event.type !== 'promoted' || this.queued?.tripId !== event.tripId) return change;
    this.trip = this.queued;
    this.queued = null;
    return { ...change, tripChanged: true };
  }

  #unanswered(): Offer[] {
    return this.offers.filter(({ offerId }) => !this.#answering.has(offerId));
  }

  #close(offerId: string): boolean {
    this.#answering.delete(offerId);
    return this.#open.delete(offerId);
  }

  #show(offer: Offer): boolean {
    if (!this.#remember(offer.offerId)) return false;
    this.#open.set(offer.offerId, offer);
    return true;
  }

  /** @returns whether the offer is new */
  #remember(offerId: string): boolean {
    if (this.#shown.has(offerId)) return false;
    this.#shown.add(offerId);
    dropOldest(this.#shown);
    return true;
  }

  /** A trip that the answer to `sync` does not name was assigned after it was read if it was heard of meanwhile. */
  #keptOf(
    trip: TripSnapshot | null,
    heard: ReadonlySet<string>,
    other: TripSnapshot | undefined,
  ): TripSnapshot | undefined {
    return trip !== null && heard.has(trip.tripId) && other?.tripId !== trip.tripId ? trip : undefined;
  }

  /** A server that has just ended a ride may still name it; its event then has no newer version that would remove it. */
  #openOf(trip: TripSnapshot | undefined): TripSnapshot | null {
    if (trip === undefined || TRIP_ENDS.includes(trip.state)) return null;
    const news = this.#news.get(trip.tripId);
    if (news === undefined || news.version <= trip.version) return trip;
    return news.ended ? null : { ...trip, state: news.state, version: news.version };
  }
}

function dropOldest(kept: Set<string> | Map<string, unknown>): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}
