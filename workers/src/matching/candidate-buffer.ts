import type { CandidateReason, DriverId, RegionId, TripId } from '@rideline/contract';
import { type Considered, storeCandidates } from '@rideline/fleet/matching/candidate-store';
import type { Database } from '@rideline/fleet/store/database';
import type { Clock } from '@rideline/platform/process/clock';

/** Drivers kept for one trip: a driver considered in several ticks counts once. */
const DRIVERS_KEPT = 200;
/** Trips whose reasons wait to be written; beyond it the oldest are dropped and counted: reasons only explain. */
const TRIPS_KEPT = 5000;
const DAY_MS = 86_400_000;

/** Why a driver got, or did not get, the offer of a trip in one tick. */
export interface CandidateOutcome {
  readonly driverId: DriverId;
  readonly reason: CandidateReason;
  readonly etaSeconds: number | null;
  readonly distanceMetres: number | null;
}

/** Collects the candidates' reasons and writes them in batches, so that a tick waits for no write. */
export class CandidateBuffer {
  readonly #options: {
    db: Database;
    region: RegionId;
    clock: Clock;
    retentionDays: () => number;
    onDropped: () => void;
  };
  #waiting = new Map<TripId, Map<DriverId, Considered>>();
  #writing = false;

  constructor(options: {
    db: Database;
    region: RegionId;
    clock: Clock;
    retentionDays: () => number;
    onDropped: () => void;
  }) {
    this.#options = options;
  }

  /** A trip without candidates is not written: thousands that wait for a driver would cost MongoDB a write each in every flush. */
  add(tripId: TripId, found: readonly CandidateOutcome[]): void {
    if (found.length === 0) return;
    const at = Math.round(this.#options.clock.domainMs());
    let drivers = this.#waiting.get(tripId);
    if (!drivers) {
      drivers = new Map();
      this.#waiting.set(tripId, drivers);
      this.#bound();
    }
    for (const one of found) {
      const known = drivers.get(one.driverId);
      if (!known && drivers.size >= DRIVERS_KEPT) continue;
      drivers.set(one.driverId, { ...one, at, rounds: (known?.rounds ?? 0) + 1 });
    }
  }

  /** Writes the collected reasons. While MongoDB is unreachable they stay in the buffer, within its bounds. */
  async flush(): Promise<void> {
    if (this.#writing || this.#waiting.size === 0) return;
    const { db, region, clock, retentionDays } = this.#options;
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#writing = true;
    const nowMs = clock.wallMs();
    try {
      await storeCandidates(
        db,
        region,
        new Map([...batch].map(([tripId, drivers]) => [tripId, [...drivers.values()]])),
        { newestAt: new Date(nowMs), expireAt: new Date(nowMs + retentionDays() * DAY_MS) },
      );
    } catch (error) {
      for (const [tripId, drivers] of batch)
        if (!this.#waiting.has(tripId)) this.#waiting.set(tripId, drivers);
      this.#bound();
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  #bound(): void {
    while (this.#waiting.size > TRIPS_KEPT) {
      const oldest = this.#waiting.keys().next();
      if (oldest.done) return;
      this.#waiting.delete(oldest.value);
      this.#options.onDropped();
    }
  }
}
