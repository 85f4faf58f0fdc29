import type { CandidateReason, DriverId, RegionId, RiderId } from '@rideline/contract';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';

/** Why a driver could not be claimed. held: for another offer, or offline · riding: on a trip, or busy. */
type Held = 'held' | 'riding';

export type HeldReason = Extract<CandidateReason, 'on_offer' | 'offer_limit' | 'cooling_down'>;

const pairOf = (driverId: DriverId, riderId: RiderId) => `${driverId} ${riderId}`;

/** Most drivers remembered: bounds the reads of a tick. Beyond it a driver is claimed in vain once more. */
const MOST_DRIVERS = 1000;

/**
 * Drivers whose claim failed. The live index shows them as available while another tier's offer holds them or their status lags behind; without
 * this memory the nearest of them is planned again at every tick, and the trip never reaches the free driver behind. Shared by the tiers of a
 * process; each tick reads from the driver hashes who can be claimed again.
 */
export class HeldDrivers {
  readonly #state: RedisClient;
  readonly #region: RegionId;
  readonly #held = new Map<DriverId, Held>();
  /** Until when, wall ms. */
  readonly #limited = new Map<string, number>();
  /** By pair of driver and rider. */
  readonly #coolingDown = new Map<string, number>();

  constructor(state: RedisClient, region: RegionId) {
    this.#state = state;
    this.#region = region;
  }

  /** A claim of this driver has failed. */
  add(driverId: DriverId): void {
    if (this.#held.size < MOST_DRIVERS || this.#held.has(driverId)) this.#held.set(driverId, 'held');
  }

  /** The driver gets no offers until this time, or, with a rider, none of their trips. */
  limit(driverId: DriverId, untilMs: number, riderId?: RiderId): void {
    const limited = riderId === undefined ? this.#limited : this.#coolingDown;
    const key = riderId === undefined ? driverId : pairOf(driverId, riderId);
    if (limited.size < MOST_DRIVERS || limited.has(key)) limited.set(key, untilMs);
  }

  /** Why no offer can be made to this driver now; null when one can. `queued`: for a trip after their current ride. */
  reasonOf(driverId: DriverId, riderId: RiderId, queued: boolean): HeldReason | null {
    const held = this.#held.get(driverId);
    if (held === 'held' || (held === 'riding' && !queued)) return 'on_offer';
    if (this.#coolingDown.has(pairOf(driverId, riderId))) return 'cooling_down';
    return this.#limited.has(driverId) ? 'offer_limit' : null;
  }

  /** Forgets the drivers that can be claimed again. */
  async refresh(wallMs: number): Promise<void> {
    for (const limited of [this.#limited, this.#coolingDown]) {
      for (const [key, untilMs] of limited) if (untilMs <= wallMs) limited.delete(key);
    }
    const drivers = [...this.#held.keys()];
    const read = (driverId: DriverId) =>
      this.#state.hmget(driver(this.#region, driverId), 'status', 'trip', 'claimOffer', 'claimUntil');
    const states = await Promise.all(drivers.map(read));
    for (const [index, driverId] of drivers.entries()) {
      const [status, trip, offer, until] = states[index] ?? [];
      if (status === 'offline' || (offer && Number(until ?? 0) > wallMs)) this.#held.set(driverId, 'held');
      else if (status === 'busy' || trip) this.#held.set(driverId, 'riding');
      else this.#held.delete(driverId);
    }
  }
}
