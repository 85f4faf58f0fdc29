import type { TripId } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { settleDue } from '@rideline/fleet/trips/trip-commands';
import { dueStep } from '@rideline/fleet/trips/trip-due';
import type { TripStore } from '@rideline/fleet/trips/trip-store';

/** Trips settled concurrently. */
const CONCURRENCY = 16;
/** A trip that stays due is tried again after this, wall ms; doubled each time up to the longest. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 16_000;

interface Attempt {
  readonly version: number;
  readonly waitMs: number;
  readonly againAtMs: number;
}

/**
 * Performs the steps of the open trips that are due by time alone. Timers and the sweeper do the same. A trip that stays due (promised after a
 * ride that goes on, or its step fails) is tried again less and less often: each attempt is a read, and some hundreds of them would fill every
 * tick.
 */
export class OverdueTrips {
  readonly #tripStore: TripStore;
  readonly #claims: DriverClaims;
  /** By trip that stayed due: the last attempt. */
  #stillDue = new Map<TripId, Attempt>();

  constructor(tripStore: TripStore, claims: DriverClaims) {
    this.#tripStore = tripStore;
    this.#claims = claims;
  }

  /** @returns the trips that changed */
  async settle(trips: Iterable<StoredTrip>, onFailed: (error: Error) => void): Promise<StoredTrip[]> {
    const due = this.#dueNow(trips);
    const changed: StoredTrip[] = [];
    for (let at = 0; at < due.length; at += CONCURRENCY) {
      const batch = due.slice(at, at + CONCURRENCY).map(async (trip) => {
        if (await this.#settleOne(trip)) changed.push(trip);
      });
      for (const answer of await Promise.allSettled(batch)) {
        if (answer.status === 'rejected') onFailed(answer.reason as Error);
      }
    }
    return changed;
  }

  /** The due trips whose wait is over. Forgets the attempts at trips that are not due any more. */
  #dueNow(trips: Iterable<StoredTrip>): StoredTrip[] {
    const { clock } = this.#tripStore;
    const [domainMs, wallMs] = [clock.domainMs(), clock.wallMs()];
    const stillDue = new Map<TripId, Attempt>();
    const now: StoredTrip[] = [];
    for (const trip of trips) {
      const step = dueStep(trip, domainMs, this.#tripStore);
      // The sweeper alone checks drivers: it knows when they were last heard, and keeps it in the trip.
      if (step === null || step === 'check_driver') continue;
      const last = this.#stillDue.get(trip._id);
      const same = last?.version === trip.version ? last : undefined;
      const waitMs = same ? Math.min(LONGEST_WAIT_MS, 2 * same.waitMs) : FIRST_WAIT_MS;
      if (same && wallMs < same.againAtMs) {
        stillDue.set(trip._id, same);
        continue;
      }
      stillDue.set(trip._id, { version: trip.version, waitMs, againAtMs: wallMs + waitMs });
      now.push(trip);
    }
    this.#stillDue = stillDue;
    return now;
  }

  #settleOne({ _id }: StoredTrip): Promise<boolean> {
    return settleDue(this.#tripStore, _id, {
      wasDelivered: ({ driverId, offerId }) => this.#claims.wasSeen(driverId, offerId),
    });
  }
}
