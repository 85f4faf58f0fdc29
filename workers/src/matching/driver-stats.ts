import type { DriverId } from '@rideline/contract';

interface Notes {
  /** Domain ms: seen available since then, without a ride in between. */
  idleSince: number;
  /** Domain ms: an offer could not be delivered then; he is asked again once he was heard later than that. */
  darkSince: number;
  /** Offers and their outcome, decayed. */
  asked: number;
  accepted: number;
  cancels: number;
}

const NOTES_KEPT = 100_000;
/** Weight of the past at each new offer: about the last twenty count. */
const DECAY = 0.95;
/** Before anything is known: as if ten offers had been made, nine of them accepted. */
const PRIOR = { asked: 10, accepted: 9 };

/** What an owner has noticed of drivers while it was one. Only moves costs; a new owner begins anew. */
export class DriverStats {
  readonly #notes = new Map<DriverId, Notes>();

  /** A driver was found available, heard at `heardAt`. @returns whether he may be asked */
  see(driverId: DriverId, heardAt: number, now: number): boolean {
    const notes = this.#of(driverId, now);
    return heardAt > notes.darkSince;
  }

  idleSeconds(driverId: DriverId, now: number): number {
    return Math.max(0, (now - this.#of(driverId, now).idleSince) / 1000);
  }

  acceptProbability(driverId: DriverId): number {
    const notes = this.#notes.get(driverId);
    const { asked, accepted } = notes ?? { asked: 0, accepted: 0 };
    return (PRIOR.accepted + accepted) / (PRIOR.asked + asked);
  }

  recentCancels(driverId: DriverId): number {
    return this.#notes.get(driverId)?.cancels ?? 0;
  }

  /** How an offer ended, as far as it was the driver's doing: a lost connection must not lower his rate. */
  answered(driverId: DriverId, accepted: boolean, now: number): void {
    const notes = this.#of(driverId, now);
    notes.asked = notes.asked * DECAY + 1;
    notes.accepted = notes.accepted * DECAY + (accepted ? 1 : 0);
    notes.cancels *= DECAY;
    if (accepted) notes.idleSince = now;
  }

  cancelled(driverId: DriverId, now: number): void {
    this.#of(driverId, now).cancels += 1;
  }

  undelivered(driverId: DriverId, now: number): void {
    this.#of(driverId, now).darkSince = now;
  }

  /** His ride has ended. */
  freed(driverId: DriverId, now: number): void {
    this.#of(driverId, now).idleSince = now;
  }

  #of(driverId: DriverId, now: number): Notes {
    const known = this.#notes.get(driverId);
    if (known) return known;
    for (const oldest of this.#notes.keys()) {
      if (this.#notes.size < NOTES_KEPT) break;
      this.#notes.delete(oldest);
    }
    const notes = { idleSince: now, darkSince: -1, asked: 0, accepted: 0, cancels: 0 };
    this.#notes.set(driverId, notes);
    return notes;
  }
}
