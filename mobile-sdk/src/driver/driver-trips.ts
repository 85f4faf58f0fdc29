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
/** Ids of shown offers that are remembered, so that an offer that arrives again is not shown again. */
const SHOWN_KEPT = 200;
/** Events after which the trip is no longer assigned to this driver. */
const UNASSIGNED = new Set(['driver_cancelled', 'reassigned']);

/** The current ride, the one after it, and open offers: from `sync`, events and answers, whichever arrives first; pure. */
export class DriverTrips {
  trip: TripSnapshot | null = null;
  queued: TripSnapshot | null = null;
  readonly #open = new Map<string, Offer>();
  readonly #shown = new Set<string>();
  readonly #answering = new Set<string>();

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

  /** The server's state after a (re)connect: an offer that it does not name is gone. */
  synced(sync: Pick<DriverSync, 'trip' | 'queued' | 'offers'>): DriverTripsChange {
    const before = JSON.stringify([this.trip, this.queued]);
    this.trip = openOf(sync.trip);
    this.queued = openOf(sync.queued);
    const named = new Set(sync.offers.map(({ offerId }) => offerId as string));
    const goneOffers: OfferRevoked[] = [];
    for (const { offerId } of this.offers) {
      if (named.has(offerId)) continue;
      this.#close(offerId);
      goneOffers.push({ offerId, reason: 'ended' });
    }
    const newOffers = sync.offers.filter((offer) => this.#show(offer));
    return { newOffers, goneOffers, tripChanged: JSON.stringify([this.trip, this.queued]) !== before };
  }

  /** An offer has arrived, possibly again. */
  offered(offer: Offer): DriverTripsChange {
    return this.#show(offer) ? { ...NOTHING, newOffers: [offer] } : NOTHING;
  }

  revoked(revoked: OfferRevoked): DriverTripsChange {
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
    if (this.#shown.has(offer.offerId)) return false;
    this.#shown.add(offer.offerId);
    this.#open.set(offer.offerId, offer);
    for (const oldest of this.#shown) {
      if (this.#shown.size <= SHOWN_KEPT) break;
      this.#shown.delete(oldest);
    }
    return true;
  }
}

/** A server that has just ended a ride may still name it; its event then has no newer version that would remove it. */
function openOf(trip: TripSnapshot | undefined): TripSnapshot | null {
  return trip === undefined || TRIP_ENDS.includes(trip.state) ? null : trip;
}
