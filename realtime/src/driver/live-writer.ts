import type { RegionId } from '@rideline/contract';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

/** A driver's connection as the live index needs it. */
export interface Placeable {
  liveMarked: boolean;
  /** null while the connection may not write: its session is not open, or it was replaced. */
  placement(): Placement | null;
  /** A newer connection holds the driver. */
  replaced(): void;
}

export interface LiveWriterOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly intervalMs: number;
  readonly wallMs: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Writes the newest position per driver into the live index every `intervalMs`, one script call for all that moved. While Redis is away the
 * marks stay: the set never grows beyond the connections, and what is written afterwards is the newest, not a backlog.
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

  /** Stops, after a last flush. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  /** The connection has a new position or status, to be written with the next flush. */
  mark(connection: Placeable): void {
    if (connection.liveMarked) return;
    connection.liveMarked = true;
    this.#marked.push(connection);
  }

  /** Writes one driver at once: a driver who goes offline leaves the search now, not with the next flush. @throws when Redis is away */
  async placeNow(connection: Placeable): Promise<void> {
    await this.#place([connection]);
  }

  async #flush(): Promise<void> {
    if (this.#marked.length === 0) return;
    const connections = this.#marked;
    this.#marked = [];
    for (const connection of connections) connection.liveMarked = false;
    try {
      await this.#place(connections);
    } catch (error) {
      this.#options.metrics.live_index_errors_total.inc();
      this.#options.log.warn({ reason: (error as Error).message }, 'live index not written');
      for (const connection of connections) this.mark(connection);
    }
  }

  async #place(connections: readonly Placeable[]): Promise<void> {
    const { state, region, wallMs, metrics } = this.#options;
    const placements: Placement[] = [];
    const byDriver = new Map<string, Placeable>();
    for (const connection of connections) {
      const placement = connection.placement();
      if (placement === null) continue;
      placements.push(placement);
      byDriver.set(placement.driverId, connection);
    }
    if (placements.length === 0) return;
    for (const driverId of await placeDrivers(state, region, placements, wallMs())) {
      byDriver.get(driverId)?.replaced();
    }
    metrics.live_index_drivers.observe(placements.length);
  }
}
