import type { DriverId, OfferId } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { Gate } from './model-stored-trips.ts';

interface Held {
  status?: 'available' | 'busy' | 'offline';
  trip?: string;
  offerId?: OfferId;
  until?: number;
  seen?: OfferId;
}

/** Driver hashes in memory, with the semantics of the scripts claim-driver-1 and release-claim-1. */
export class ModelDriverClaims implements DriverClaims {
  readonly drivers = new Map<DriverId, Held>();
  readonly #nowMs: () => number;
  readonly #gate: Gate | null;

  constructor(nowMs: () => number, gate: Gate | null = null) {
    this.#nowMs = nowMs;
    this.#gate = gate;
  }

  of(driverId: DriverId): Held {
    const known = this.drivers.get(driverId) ?? {};
    this.drivers.set(driverId, known);
    return known;
  }

  /** Redis loses all data. */
  flush(): void {
    this.drivers.clear();
  }

  async claim(
    driverId: DriverId,
    { offerId, leaseMs, queued }: { offerId: OfferId; leaseMs: number; queued: boolean },
  ): Promise<boolean> {
    await this.#gate?.before('claim');
    const granted = this.#grant(this.of(driverId), offerId, leaseMs, queued);
    await this.#gate?.after('claim');
    return granted;
  }

  #grant(held: Held, offerId: OfferId, leaseMs: number, queued: boolean): boolean {
    if (held.status === 'offline') return false;
    if (!queued && (held.status === 'busy' || held.trip !== undefined)) return false;
    if (held.offerId !== undefined && held.offerId !== offerId && (held.until ?? 0) > this.#nowMs())
      return false;
    held.offerId = offerId;
    held.until = this.#nowMs() + leaseMs;
    return true;
  }

  async release(driverId: DriverId, offerId: OfferId): Promise<void> {
    await this.#gate?.before('release');
    const held = this.of(driverId);
    if (held.offerId === offerId) {
      delete held.offerId;
      delete held.until;
    }
  }

  async markSeen(driverId: DriverId, offerId: OfferId): Promise<void> {
    this.of(driverId).seen = offerId;
  }

  async wasSeen(driverId: DriverId, offerId: OfferId): Promise<boolean> {
    return this.of(driverId).seen === offerId;
  }
}
