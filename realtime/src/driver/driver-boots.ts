import type { BootId, LocationAck } from '@rideline/contract';
import { type KnownBoot, registerBoot } from '@rideline/fleet/live/driver-session';
import { BootProgress } from './boot-progress.ts';
import type { DriverContext } from './driver-context.ts';
import type { LiveDriver } from './live-driver.ts';

const RETRY_MS = 1000;
/** Boots of which one connection may send fixes: a correct app resends what it collected during the last few. */
const MAX_BOOTS = 16;

/** The boots of one driver that sent fixes on this connection, and their indexes in the order of first appearance. */
export class DriverBoots {
  readonly #live: LiveDriver;
  readonly #context: DriverContext;
  readonly #seen = new Map<BootId, BootProgress>();
  #known: readonly KnownBoot[] = [];
  #newest: BootProgress | null = null;

  constructor(live: LiveDriver, context: DriverContext) {
    this.#live = live;
    this.#context = context;
  }

  /** The boots that sent fixes on this connection. */
  get seen(): Iterable<BootProgress> {
    return this.#seen.values();
  }

  /** All boots whose index is known, those of earlier connections too. */
  get numbered(): KnownBoot[] {
    const boots = new Map<BootId, KnownBoot>(this.#known.map((known) => [known.boot, known]));
    for (const progress of this.#seen.values()) if (progress.index > 0) boots.set(progress.boot, progress);
    return [...boots.values()];
  }

  /** The boot of the last frame. */
  get newest(): BootProgress | null {
    return this.#newest;
  }

  get full(): boolean {
    return this.#seen.size >= MAX_BOOTS;
  }

  find(boot: BootId): BootProgress | undefined {
    return this.#newest?.boot === boot ? this.#newest : this.#seen.get(boot);
  }

  /** The acknowledgement of the newest boot, null before one is known. */
  ack(): LocationAck | null {
    if (this.#newest) return this.#newest.ack();
    const last = this.#known.at(-1);
    return last ? new BootProgress(last.boot, last).ack() : null;
  }

  /** The session is open: these boots are known, and Redis can be asked for the indexes of others. */
  open(known: readonly KnownBoot[]): void {
    this.#known = known;
    for (const progress of this.#seen.values()) void this.number(progress);
  }

  /** The driver hash was lost and written again: takes over the indexes that it has now. */
  renumber(indexes: ReadonlyMap<BootId, number>): void {
    const changed = new Map<number, number>();
    for (const { boot, index } of this.numbered) changed.set(index, indexes.get(boot) ?? index);
    this.#known = this.#known.map((known) => ({ ...known, index: changed.get(known.index) ?? known.index }));
    for (const progress of this.#seen.values())
      progress.index = changed.get(progress.index) ?? progress.index;
    this.#live.renumberBoots(changed);
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

  /** Asks Redis for the boot's index until it answers; does nothing while the session is not open. Never rejects. */
  async number(progress: BootProgress): Promise<void> {
    const { state, config, log } = this.#context;
    while (progress.index === 0 && this.#live.isWritable) {
      try {
        const { driverId, newestBootIndex } = this.#live;
        const highest = Math.max(newestBootIndex, ...this.numbered.map(({ index }) => index));
        progress.learn(await registerBoot(state, config.region, driverId, progress.boot, highest));
        this.#live.setBootIndex(progress.index);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'boot not registered yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
