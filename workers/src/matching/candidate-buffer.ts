import type { CandidateReason, DriverId, RegionId, TripId } from '@rideline/contract';
import { type Considered, storeCandidates } from '@rideline/fleet/matching/candidates';
import type { Models } from '@rideline/fleet/store/models';
import type { Clock } from '@rideline/platform/process/clock';

/** Drivers kept for one trip: who is considered tick after tick counts once. */
const DRIVERS_KEPT = 200;
/** Trips whose reasons wait to be written; beyond, the oldest go (counted): they explain, nothing rests on them. */
const TRIPS_KEPT = 5000;
const DAY_MS = 86_400_000;

export interface Consideration {
  readonly driverId: DriverId;
  readonly reason: CandidateReason;
  readonly etaSeconds: number | null;
  readonly distanceMetres: number | null;
}

/** Collects why drivers were, or were not, taken, so that a tick costs no write of its own. */
export class CandidateBuffer {
  readonly #options: {
    models: Pick<Models, 'considerations'>;
    region: RegionId;
    clock: Clock;
    retentionDays: () => number;
    onDropped: () => void;
  };
  #waiting = new Map<TripId, Map<DriverId, Considered>>();
  #writing = false;

  constructor(options: {
    models: Pick<Models, 'considerations'>;
    region: RegionId;
    clock: Clock;
    retentionDays: () => number;
    onDropped: () => void;
  }) {
    this.#options = options;
  }

  add(tripId: TripId, found: readonly Consideration[]): void {
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

  /** Writes what is waiting. While the record is away it goes on waiting, within bounds. */
  async flush(): Promise<void> {
    if (this.#writing || this.#waiting.size === 0) return;
    const { models, region, clock, retentionDays } = this.#options;
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#writing = true;
    const expireAt = new Date(clock.wallMs() + retentionDays() * DAY_MS);
    try {
      await storeCandidates(
        models,
        region,
        new Map([...batch].map(([tripId, drivers]) => [tripId, [...drivers.values()]])),
        expireAt,
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
