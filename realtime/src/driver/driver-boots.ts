import type { BootId, DriverId, LocationAck } from '@rideline/contract';
import { type KnownBoot, registerBoot } from '@rideline/fleet/live/driver-session';
import { BootProgress } from './boot-progress.ts';
import type { DriverContext } from './driver-context.ts';

const RETRY_MS = 1000;
/** Boots that one connection may send of: an honest phone resends what it collected in the last few. */
const MOST_BOOTS = 16;

/** The boots of one driver that his connection has to do with, and their places in the order of first appearance. */
export class DriverBoots {
  readonly #driverId: DriverId;
  readonly #context: DriverContext;
  /** The boot got its place; it may have been taken without one. */
  readonly #onNumbered: (progress: BootProgress) => void;
  readonly #seen = new Map<BootId, BootProgress>();
  #known: readonly KnownBoot[] = [];
  #newest: BootProgress | null = null;
  #opened = false;
  #closed = false;

  constructor(driverId: DriverId, context: DriverContext, onNumbered: (progress: BootProgress) => void) {
    this.#driverId = driverId;
    this.#context = context;
    this.#onNumbered = onNumbered;
  }

  /** The boots that sent something on this connection. */
  get seen(): Iterable<BootProgress> {
    return this.#seen.values();
  }

  /** The boot of the last frame. */
  get newest(): BootProgress | null {
    return this.#newest;
  }

  get full(): boolean {
    return this.#seen.size >= MOST_BOOTS;
  }

  find(boot: BootId): BootProgress | undefined {
    return this.#newest?.boot === boot ? this.#newest : this.#seen.get(boot);
  }

  /** How far the newest boot is, null before one is known. */
  ack(): LocationAck | null {
    if (this.#newest) return this.#newest.ack();
    const last = this.#known.at(-1);
    return last ? new BootProgress(last.boot, last).ack() : null;
  }

  /** The driver was taken over: these boots are known, and others can be asked for. */
  open(known: readonly KnownBoot[]): void {
    this.#known = known;
    this.#opened = true;
    for (const progress of this.#seen.values()) void this.number(progress);
  }

  close(): void {
    this.#closed = true;
  }

  use(progress: BootProgress): void {
    this.#newest = progress;
  }

  add(boot: BootId): BootProgress {
    const progress = new BootProgress(
      boot,
      this.#known.find((known) => known.boot === boot),
    );
    this.#seen.set(boot, progress);
    return progress;
  }

  /** Asks the server for the boot's place until it answers; before the session is open there is nobody to ask. Never rejects. */
  async number(progress: BootProgress): Promise<void> {
    const { state, config, log } = this.#context;
    while (progress.index === 0 && this.#opened && !this.#closed) {
      try {
        progress.learn(await registerBoot(state, config.region, this.#driverId, progress.boot));
        this.#onNumbered(progress);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'boot not registered yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
