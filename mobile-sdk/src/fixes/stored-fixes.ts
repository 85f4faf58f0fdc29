import type { LocationAck } from '@rideline/contract';
import type { RecordStore, SdkStorage } from '../storage/storage.ts';
import { StoreKeeper, type StoreKeeperParts } from '../storage/store-keeper.ts';
import { EarlierBoots, type EarlierBootsParts } from './earlier-boots.ts';
import { FixStore, type FixStoreParts } from './fix-store.ts';

export interface StoredFixesParts extends FixStoreParts, Omit<EarlierBootsParts, 'onLowest'> {
  /** What the server has of earlier starts has changed. */
  readonly onAnswer: () => void;
}

/** A driver's fixes in the storage: those of this start are kept there as well, and those of earlier starts are sent until they are durable. */
export class StoredFixes {
  readonly #store: FixStore;
  readonly #earlier: EarlierBoots;

  constructor(parts: StoredFixesParts) {
    this.#store = new FixStore(parts);
    this.#earlier = new EarlierBoots({
      ...parts,
      onLowest: (boot, lowest) => {
        this.#store.keepFrom(boot, lowest);
        parts.onAnswer();
      },
    });
  }

  /** Fixes of this start that would be lost with the app now. */
  get unstored(): number {
    return this.#store.unstored;
  }

  /** Fixes of earlier starts that are not durable yet. */
  get earlierCount(): number {
    return this.#earlier.heldCount;
  }

  /** The outbox has changed: it is stored a little later. */
  later(isOnline: boolean): void {
    this.#store.later(isOnline);
  }

  /** Resolves when every fix that was taken until now is stored, or could not be. */
  flush(): Promise<void> {
    return this.#store.flush();
  }

  /** Reads the fixes that earlier starts left. `isFirst`: no frame of this start was sent yet. */
  async restore(store: RecordStore, isFirst: () => boolean): Promise<void> {
    for (const boot of await this.#store.restore(store)) this.#earlier.add(boot);
    this.#earlier.beginAdded(isFirst());
  }

  begin(ack: LocationAck | null | undefined, isFirst: boolean): void {
    this.#earlier.begin(ack, isFirst);
  }

  end(): void {
    this.#earlier.end();
  }

  acknowledge(ack: LocationAck): void {
    this.#earlier.acknowledge(ack);
  }

  dropOldest(): { boot: string; seq: number } | undefined {
    return this.#earlier.dropOldest();
  }
}

/** A storage for `createDriver`, made by `driverStorage`. */
export interface DriverStorage extends SdkStorage {
  /** The parts of the SDK that keep it open and store fixes in it, for `createDriver`. */
  readonly storeKeeper: (parts: Omit<StoreKeeperParts, 'storage'>) => StoreKeeper;
  readonly storedFixes: (parts: StoredFixesParts) => StoredFixes;
}

/**
 * A storage in which a driver's commands and fixes survive the app: what an adapter such as `fileStorage()` gives, with the part of the SDK that
 * keeps fixes in it. It is a function of its own, so that an app whose fixes wait in memory does not carry that part.
 */
export function driverStorage(storage: SdkStorage): DriverStorage {
  return {
    open: (options) => storage.open(options),
    wipe: () => storage.wipe(),
    storeKeeper: (parts) => new StoreKeeper({ ...parts, storage }),
    storedFixes: (parts) => new StoredFixes(parts),
  };
}
