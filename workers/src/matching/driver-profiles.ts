import { type DriverId, type RegionId, TIERS, type Tier } from '@rideline/contract';
import { driverCollection } from '@rideline/fleet/accounts/driver-collection';
import type { Database } from '@rideline/fleet/store/database';

/** Fields of a driver in MongoDB that matching uses. */
export interface DriverProfile {
  readonly tier: Tier;
}

const DEFAULT_PROFILE: DriverProfile = { tier: 'standard' };
/** A change of tier takes effect after at most this, wall ms. */
const CACHED_MS = 60_000;
const PROFILES_KEPT = 50_000;

/** Tiers of drivers, read in batches and cached for a minute. */
export class DriverProfiles {
  readonly #db: Database;
  readonly #region: RegionId;
  readonly #wallMs: () => number;
  readonly #known = new Map<DriverId, { profile: DriverProfile; until: number }>();

  constructor(db: Database, region: RegionId, wallMs: () => number) {
    this.#db = db;
    this.#region = region;
    this.#wallMs = wallMs;
  }

  /** The cached profile; a driver without one has the standard tier. */
  of(driverId: DriverId): DriverProfile {
    return this.#known.get(driverId)?.profile ?? DEFAULT_PROFILE;
  }

  /** Reads the drivers whose profile is not cached, or no longer valid. */
  async learn(drivers: Iterable<DriverId>): Promise<void> {
    const now = this.#wallMs();
    const unknown = [...new Set(drivers)].filter((id) => (this.#known.get(id)?.until ?? 0) <= now);
    if (unknown.length === 0) return;
    const found = await this.#db
      .collection(driverCollection)
      .find({ _id: { $in: unknown }, region: this.#region }, { projection: { tier: 1 } })
      .toArray();
    const tiers = new Map(found.map(({ _id, tier }) => [_id, tier]));
    for (const id of unknown) {
      this.#known.delete(id);
      this.#known.set(id, { profile: profileOf(tiers.get(id)), until: now + CACHED_MS });
    }
    this.#bound();
  }

  #bound(): void {
    for (const id of this.#known.keys()) {
      if (this.#known.size <= PROFILES_KEPT) return;
      this.#known.delete(id);
    }
  }
}

function profileOf(tier: string | undefined): DriverProfile {
  const known = TIERS.find((name) => name === tier);
  return known ? { tier: known } : DEFAULT_PROFILE;
}
