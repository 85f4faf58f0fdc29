import type { DriverId, LocationUpdate, Verdict, WireFix } from '@rideline/contract';
import type { mongo } from 'mongoose';
import type { DriverPosition } from './drivers.ts';
import { isDuplicate } from './trips.ts';

interface StoredFix {
  readonly _id: string;
  readonly driverId: DriverId;
  readonly boot: string;
  readonly seq: number;
  readonly t: number | null;
  readonly lat: number | null;
  readonly lng: number | null;
  readonly speed: number | null;
  readonly heading: number | null;
  readonly accuracy: number | null;
  readonly verdict: Verdict;
}

/** Every fix in MongoDB, a document each, whose id makes a repeat the same document. */
export class FixHistory {
  readonly #fixes: mongo.Collection<StoredFix>;

  constructor(db: mongo.Db) {
    this.#fixes = db.collection<StoredFix>('fixes');
  }

  /** Resolves when the fixes of the frame are stored (majority). */
  async store(driverId: DriverId, { boot, fixes }: LocationUpdate): Promise<void> {
    const documents = fixes.map((fix): StoredFix => {
      const [seq, t, lat, lng, speed, heading, accuracy] = fix;
      return {
        _id: `${driverId}:${boot}:${seq}`,
        driverId,
        boot,
        seq,
        t: finite(t),
        lat: finite(lat),
        lng: finite(lng),
        speed: finite(speed),
        heading: finite(heading),
        accuracy: finite(accuracy),
        verdict: verdictOf(fix),
      };
    });
    try {
      await this.#fixes.insertMany(documents, { ordered: false });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  count(boot: string): Promise<number> {
    return this.#fixes.countDocuments({ boot });
  }
}

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Only what is no position at all: the product's checks of jumps, age and accuracy are not part of the baseline. */
export function verdictOf([, t, lat, lng]: WireFix): Verdict {
  const inRange = (value: unknown, limit: number) =>
    typeof value === 'number' && value >= -limit && value <= limit;
  if (typeof t !== 'number' || !inRange(lat, 90) || !inRange(lng, 180)) return 'range';
  return lat === 0 && lng === 0 ? 'null_island' : 'ok';
}

/** The newest position of a frame; null when no fix of it is one. */
export function newestPosition(fixes: readonly WireFix[]): DriverPosition | null {
  let newest: DriverPosition | null = null;
  for (const fix of fixes) {
    const [, t, lat, lng, speed, heading] = fix;
    if (verdictOf(fix) !== 'ok' || (newest !== null && newest.at >= Number(t))) continue;
    newest = {
      lat: Number(lat),
      lng: Number(lng),
      at: Number(t),
      speed: finite(speed),
      heading: finite(heading),
    };
  }
  return newest;
}
