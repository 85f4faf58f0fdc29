import type { DocumentType, DriverId, RegionId } from '@rideline/contract';
import { compliantUntil } from '@rideline/fleet/documents/compliance';
import type { StoredDocument } from '@rideline/fleet/documents/document';
import type { Models } from '@rideline/fleet/store/models';

/** A driver in good standing is looked up again after this, wall ms: the end of a document is known and needs no look-up, but a reviewer may take an approval back. */
const GOOD_MS = 10_000;
/** One who lacks a document: it may be renewed any moment. */
const LACKING_MS = 2000;
const STANDINGS_KEPT = 50_000;

export interface DriverComplianceOptions {
  readonly models: Pick<Models, 'documents'>;
  readonly region: RegionId;
  /** What a driver needs to be offered trips; nothing when empty. */
  readonly required: readonly DocumentType[];
  readonly wallMs: () => number;
}

/** Who has the documents that he needs, read a batch at a time and remembered for some seconds. A document that runs out counts at once. */
export class DriverCompliance {
  readonly #options: DriverComplianceOptions;
  readonly #known = new Map<DriverId, { until: number; lookAgainAt: number }>();

  constructor(options: DriverComplianceOptions) {
    this.#options = options;
  }

  /** Whether he is known to lack one. */
  lacks(driverId: DriverId): boolean {
    const known = this.#known.get(driverId);
    return known !== undefined && known.until <= this.#options.wallMs();
  }

  /** Reads those of `drivers` that are not known, or not any more. */
  async learn(drivers: Iterable<DriverId>): Promise<void> {
    const { models, region, required, wallMs } = this.#options;
    if (required.length === 0) return;
    const now = wallMs();
    const unknown = [...new Set(drivers)].filter((id) => (this.#known.get(id)?.lookAgainAt ?? 0) <= now);
    if (unknown.length === 0) return;
    const found = (await models.documents.collection
      .find(
        {
          region,
          userId: { $in: unknown },
          type: { $in: [...required] },
          'state.name': 'processed',
          'state.review.name': 'approved',
        } as never,
        { projection: { userId: 1, type: 1, state: 1 } },
      )
      .toArray()) as unknown as Pick<StoredDocument, 'userId' | 'type' | 'state'>[];
    const byDriver = Map.groupBy(found, ({ userId }) => userId as string);
    for (const id of unknown) {
      const until = compliantUntil(byDriver.get(id) ?? [], required, now);
      this.#known.delete(id);
      this.#known.set(id, {
        until,
        lookAgainAt: until > now ? Math.min(now + GOOD_MS, until) : now + LACKING_MS,
      });
    }
    this.#bound();
  }

  #bound(): void {
    for (const id of this.#known.keys()) {
      if (this.#known.size <= STANDINGS_KEPT) return;
      this.#known.delete(id);
    }
  }
}
