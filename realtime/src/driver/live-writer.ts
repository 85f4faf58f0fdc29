import type { RegionId } from '@rideline/contract';
import { PLACEMENTS_PER_CALL, type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayMetrics } from '../metrics.ts';

/** A driver as the live index needs it. */
export interface Placeable {
  liveMarked: boolean;
  /** null while the connection may not write: its session is not open, or it was replaced. */
  placement(): Placement | null;
  /** Called when a newer connection holds the driver: nothing was written. */
  replaced(): void;
}

export interface LiveWriterOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly intervalMs: number;
  readonly wallMs: () => number;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/**
 * Writes the newest position per driver to the live index every `intervalMs`, one script call for all drivers that moved. While Redis is
 * unavailable the marks stay: their number never exceeds the connections, and the next write has the newest positions, not a backlog.
 */
export class LiveWriter {
  readonly #options: LiveWriterOptions;
  #marked: Placeable[] = [];
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveWriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#flushing ??= this.#flush().finally(() => {
        this.#flushing = undefined;
      });
    }, this.#options.intervalMs);
  }

  /** Stops after a last flush. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  /** The driver has a new position or status: the next flush writes it. */
  mark(driver: Placeable): void {
    if (driver.liveMarked) return;
    driver.liveMarked = true;
    this.#marked.push(driver);
  }

  /** Writes one driver at once: a driver that goes offline leaves the search now, not with the next flush. @throws when Redis is unavailable */
  async placeNow(driver: Placeable): Promise<void> {
    await this.#place([driver]);
  }

  async #flush(): Promise<void> {
    if (this.#marked.length === 0) return;
    const drivers = this.#marked;
    this.#marked = [];
    for (const driver of drivers) driver.liveMarked = false;
    try {
      await this.#place(drivers);
    } catch (error) {
      this.#options.metrics.live_index_errors_total.inc();
      this.#options.log.warn({ reason: (error as Error).message }, 'live index not written');
      for (const driver of drivers) this.mark(driver);
    }
  }

  /**
   * In chunks of one call, each with the drivers' status at the time of its call. With the status at the start of the flush, a driver who goes
   * offline between two chunks would come back as available.
   */
  async #place(drivers: readonly Placeable[]): Promise<void> {
    for (let start = 0; start < drivers.length; start += PLACEMENTS_PER_CALL)
      await this.#placeChunk(drivers.slice(start, start + PLACEMENTS_PER_CALL));
  }

  async #placeChunk(drivers: readonly Placeable[]): Promise<void> {
    const { state, region, wallMs, metrics } = this.#options;
    const placements: Placement[] = [];
    const byDriver = new Map<string, Placeable>();
    for (const driver of drivers) {
      const placement = driver.placement();
      if (placement === null) continue;
      placements.push(placement);
      byDriver.set(placement.driverId, driver);
    }
    if (placements.length === 0) return;
    for (const driverId of await placeDrivers(state, region, placements, wallMs())) {
      byDriver.get(driverId)?.replaced();
    }
    metrics.live_index_drivers.observe(placements.length);
  }
}
