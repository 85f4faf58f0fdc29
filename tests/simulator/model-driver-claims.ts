import { type DriverId, LIMITS, type OfferId, type RiderId } from '@rideline/contract';
import type { Claim, ClaimResult, DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { Gate } from './model-stored-trips.ts';

interface Held {
  status?: 'available' | 'busy' | 'offline';
  trip?: string;
  offerId?: OfferId;
  until?: number;
  seen?: OfferId;
  /** When offers ended without an acceptance. */
  unaccepted?: Map<OfferId, number>;
  /** Until when, by rider. */
  coolDowns?: Map<RiderId, number>;
}

/** Driver hashes in memory, with the semantics of the scripts claim-driver-3, release-claim-2 and cool-down-1. */
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

  async claim(driverId: DriverId, claim: Claim): Promise<ClaimResult> {
    await this.#gate?.before('claim');
    const result = this.#grant(this.of(driverId), claim);
    await this.#gate?.after('claim');
    return result;
  }

  #grant(held: Held, { offerId, riderId, leaseMs, queued }: Claim): ClaimResult {
    const now = this.#nowMs();
    if (held.status === 'offline') return { outcome: 'held' };
    if (!queued && (held.status === 'busy' || held.trip !== undefined)) return { outcome: 'held' };
    if (held.offerId !== undefined && held.offerId !== offerId && (held.until ?? 0) > now)
      return { outcome: 'held' };
    const until = held.coolDowns?.get(riderId) ?? 0;
    if (until > now) return { outcome: 'cooling_down', waitMs: until - now };
    const since = now - LIMITS.unacceptedOffersWindowMs;
    const recent = [...(held.unaccepted?.values() ?? [])].filter((at) => at > since).sort((a, b) => b - a);
    const oldest = recent[LIMITS.unacceptedOffers - 1];
    if (oldest !== undefined) return { outcome: 'offer_limit', waitMs: oldest - since };
    held.offerId = offerId;
    held.until = now + leaseMs;
    return { outcome: 'granted' };
  }

  async release(driverId: DriverId, offerId: OfferId, isUnaccepted: boolean): Promise<void> {
    await this.#gate?.before('release');
    const held = this.of(driverId);
    held.unaccepted ??= new Map();
    if (isUnaccepted && !held.unaccepted.has(offerId)) held.unaccepted.set(offerId, this.#nowMs());
    if (held.offerId === offerId) {
      delete held.offerId;
      delete held.until;
    }
  }

  async coolDown(driverId: DriverId, riderId: RiderId): Promise<void> {
    await this.#gate?.before('coolDown');
    const held = this.of(driverId);
    held.coolDowns ??= new Map();
    held.coolDowns.set(riderId, this.#nowMs() + LIMITS.pairCoolDownMs);
  }

  async markSeen(driverId: DriverId, offerId: OfferId): Promise<void> {
    this.of(driverId).seen = offerId;
  }

  async wasSeen(driverId: DriverId, offerId: OfferId): Promise<boolean> {
    return this.of(driverId).seen === offerId;
  }
}
