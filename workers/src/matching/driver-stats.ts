import type { DriverId } from '@rideline/contract';

interface Stats {
  /** Domain ms since which the driver has been available without a ride. */
  idleSince: number;
  /** Domain ms at which an offer could not be delivered; the driver gets offers again after a newer fix. */
  undeliveredAt: number;
  /** Offers and their outcomes, decayed. */
  offered: number;
  accepted: number;
  cancels: number;
}

const DRIVERS_KEPT = 100_000;
/** Weight of the past at each new offer: about the last twenty count. */
const DECAY = 0.95;
/** Prior: ten offers, nine of them accepted. */
const PRIOR = { offered: 10, accepted: 9 };

/** What the owner of a tier has observed of drivers. Only changes costs; a new owner begins with no stats. */
export class DriverStats {
  readonly #byDriver = new Map<DriverId, Stats>();

  /** Whether a driver found available is reachable: no offer has been undeliverable since their fix. @param fixAt time of the fix, domain ms */
  isReachable(driverId: DriverId, fixAt: number, now: number): boolean {
    return fixAt > this.#of(driverId, now).undeliveredAt;
  }

  idleSeconds(driverId: DriverId, now: number): number {
    return Math.max(0, (now - this.#of(driverId, now).idleSince) / 1000);
  }

  acceptProbability(driverId: DriverId): number {
    const { offered, accepted } = this.#byDriver.get(driverId) ?? { offered: 0, accepted: 0 };
    return (PRIOR.accepted + accepted) / (PRIOR.offered + offered);
  }

  recentCancels(driverId: DriverId): number {
    return this.#byDriver.get(driverId)?.cancels ?? 0;
  }

  /** Outcome of an offer that the driver decided: a lost connection must not lower their acceptance rate. */
  answered(driverId: DriverId, accepted: boolean, now: number): void {
    const stats = this.#of(driverId, now);
    stats.offered = stats.offered * DECAY + 1;
    stats.accepted = stats.accepted * DECAY + (accepted ? 1 : 0);
    stats.cancels *= DECAY;
    if (accepted) stats.idleSince = now;
  }

  cancelled(driverId: DriverId, now: number): void {
    this.#of(driverId, now).cancels += 1;
  }

  undelivered(driverId: DriverId, now: number): void {
    this.#of(driverId, now).undeliveredAt = now;
  }

  /** The driver's ride has ended. */
  freed(driverId: DriverId, now: number): void {
    this.#of(driverId, now).idleSince = now;
  }

  #of(driverId: DriverId, now: number): Stats {
    const known = this.#byDriver.get(driverId);
    if (known) return known;
    for (const oldest of this.#byDriver.keys()) {
      if (this.#byDriver.size < DRIVERS_KEPT) break;
      this.#byDriver.delete(oldest);
    }
    const stats = { idleSince: now, undeliveredAt: -1, offered: 0, accepted: 0, cancels: 0 };
    this.#byDriver.set(driverId, stats);
    return stats;
  }
}
