import type { DocumentType, DriverId, RegionId, UserId } from '@rideline/contract';
import { compliantUntil } from '@rideline/fleet/documents/compliance';
import { documentCollection } from '@rideline/fleet/documents/document-collection';
import type { Database } from '@rideline/fleet/store/database';

/** A compliant driver is looked up again after this, wall ms: the expiry of a document needs no look-up, but an approval may be withdrawn. */
const COMPLIANT_MS = 10_000;
/** The same for a driver who lacks a document, which may be renewed at any moment. */
const LACKING_MS = 2000;
const DRIVERS_KEPT = 50_000;

export interface DriverComplianceOptions {
  readonly db: Database;
  readonly region: RegionId;
  /** Documents that a driver needs to get offers; may be empty. */
  readonly required: readonly DocumentType[];
  readonly wallMs: () => number;
}

/** Whether drivers hold the required documents; read in batches and cached for some seconds. An expired document counts immediately. */
export class DriverCompliance {
  readonly #options: DriverComplianceOptions;
  readonly #known = new Map<DriverId, { until: number; refreshAt: number }>();

  constructor(options: DriverComplianceOptions) {
    this.#options = options;
  }

  /** Whether the driver is known to lack a document. */
  lacks(driverId: DriverId): boolean {
    const known = this.#known.get(driverId);
    return known !== undefined && known.until <= this.#options.wallMs();
  }

  /** Reads the drivers whose compliance is not cached, or no longer valid. */
  async learn(drivers: Iterable<DriverId>): Promise<void> {
    const { db, region, required, wallMs } = this.#options;
    if (required.length === 0) return;
    const now = wallMs();
    const unknown = [...new Set(drivers)].filter((id) => (this.#known.get(id)?.refreshAt ?? 0) <= now);
    if (unknown.length === 0) return;
    const found = await db
      .collection(documentCollection)
      .find(
        {
          region,
          userId: { $in: unknown.map((id) => String(id) as UserId) },
          type: { $in: [...required] },
          'state.name': 'processed',
          'state.review.name': 'approved',
        },
        { projection: { userId: 1, type: 1, state: 1 } },
      )
      .toArray();
    const byDriver = Map.groupBy(found, ({ userId }) => userId as string);
    for (const id of unknown) {
      const until = compliantUntil(byDriver.get(id) ?? [], required, now);
      this.#known.delete(id);
      this.#known.set(id, {
        until,
        refreshAt: until > now ? Math.min(now + COMPLIANT_MS, until) : now + LACKING_MS,
      });
    }
    this.#bound();
  }

  #bound(): void {
    for (const id of this.#known.keys()) {
      if (this.#known.size <= DRIVERS_KEPT) return;
      this.#known.delete(id);
    }
  }
}
