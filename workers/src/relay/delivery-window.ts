import type { TripId } from '@rideline/contract';

/** One hint: an entry of the stream of hints; `tripId` null for one that was trimmed while it was pending. */
export interface Hint {
  readonly id: string;
  readonly tripId: TripId | null;
}

export interface DeliveryWindowOptions {
  /** Most hints that are read and not yet acknowledged, and so most trips in delivery. */
  readonly limit: number;
  readonly deliver: (tripId: TripId) => Promise<unknown>;
  readonly acknowledge: (ids: readonly string[]) => Promise<unknown>;
  readonly onFailed: (step: 'relay' | 'acknowledge', error: Error) => void;
}

/**
 * The trips whose events are being delivered. Each trip is delivered by one call at a time, so that its events keep their order; hints that
 * arrive meanwhile cause one more delivery behind it, since the running one may have read the trip before them. A delivery that fails is
 * acknowledged too: its events are still in the outbox, where the sweeper finds them.
 */
export class DeliveryWindow {
  readonly #options: DeliveryWindowOptions;
  /** Hints of the next delivery of each trip that is in delivery. */
  readonly #next = new Map<TripId, string[]>();
  #delivered: string[] = [];
  #isAcknowledging = false;
  #held = 0;
  #changed = Promise.withResolvers<void>();

  constructor(options: DeliveryWindowOptions) {
    this.#options = options;
  }

  /** How many more hints may be added. */
  get space(): number {
    return this.#options.limit - this.#held;
  }

  /** Resolves when at least a quarter of the window is free: reading hints one by one would cost a round trip for each. */
  async untilSpace(): Promise<void> {
    while (this.space < this.#options.limit / 4) await this.#changed.promise;
  }

  /** Resolves when every hint is acknowledged, or its acknowledgement has failed. */
  async untilEmpty(): Promise<void> {
    while (this.#held > 0) await this.#changed.promise;
  }

  add(hints: readonly Hint[]): void {
    this.#held += hints.length;
    for (const { id, tripId } of hints) {
      const next = tripId === null ? this.#delivered : this.#next.get(tripId);
      if (next !== undefined) next.push(id);
      else if (tripId !== null) {
        this.#next.set(tripId, [id]);
        void this.#deliver(tripId);
      }
    }
    void this.#acknowledge();
  }

  async #deliver(tripId: TripId): Promise<void> {
    // Hints of one read that name the same trip cause one delivery.
    await Promise.resolve();
    for (;;) {
      const ids = this.#next.get(tripId) ?? [];
      if (ids.length === 0) break;
      this.#next.set(tripId, []);
      try {
        await this.#options.deliver(tripId);
      } catch (error) {
        this.#options.onFailed('relay', error as Error);
      }
      this.#delivered.push(...ids);
      void this.#acknowledge();
    }
    this.#next.delete(tripId);
  }

  /** One command for all that were delivered while the one before was under way. */
  async #acknowledge(): Promise<void> {
    if (this.#isAcknowledging) return;
    this.#isAcknowledging = true;
    while (this.#delivered.length > 0) {
      const ids = this.#delivered;
      this.#delivered = [];
      try {
        await this.#options.acknowledge(ids);
      } catch (error) {
        // They stay pending and are delivered again after a restart or a takeover, which has no further effect.
        this.#options.onFailed('acknowledge', error as Error);
      }
      this.#held -= ids.length;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    this.#isAcknowledging = false;
  }
}
