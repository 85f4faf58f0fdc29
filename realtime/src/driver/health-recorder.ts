import { type BootId, CodedError, type DriverId, type HealthReport, type RegionId } from '@rideline/contract';
import {
  type DriverEvent,
  healthCollection,
  type StoredCondition,
  type StoredHealthDay,
} from '@rideline/fleet/health/health-collection';
import { type HealthAddition, healthDayId, healthWrite } from '@rideline/fleet/health/health-store';
import type { Database } from '@rideline/fleet/store/database';
import { WriteBatch } from '@rideline/fleet/store/write-batch';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { GatewayMetrics } from '../metrics.ts';

/** Entries of a driver are gathered this long, so that a connection that opens and reports its status is one write. */
const GATHER_MS = 1000;
/** Drivers whose entries wait; beyond it entries are dropped and counted. A gateway has at most some thousand connections. */
const MOST_DAYS = 20_000;
/** Events that wait for one driver while MongoDB is away; the newest are kept. */
const MOST_EVENTS = 40;
const BATCH = { most: 200, waitMs: 10, pendingMost: MOST_DAYS };
/** A phone that drains its battery to this is about to fall silent. */
const EMPTY_PERCENT = 5;

interface WaitingDay {
  readonly driverId: DriverId;
  readonly dayId: string;
  events: DriverEvent[];
  readonly conditions: StoredCondition[];
  device: HealthAddition['device'];
  readonly waiters: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
}

export interface HealthRecorderOptions {
  readonly db: Database;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly metrics: Pick<GatewayMetrics, 'health_entries_total'>;
  readonly log: Logger;
}

/**
 * Writes to MongoDB what becomes a driver's health: connections, changes of status, reports of the phone. Off the way of a fix: entries wait
 * in memory, bounded, and nothing waits for them but a report's acknowledgement.
 */
export class HealthRecorder {
  readonly #options: HealthRecorderOptions;
  readonly #batch: WriteBatch<StoredHealthDay>;
  #days = new Map<string, WaitingDay>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthRecorderOptions) {
    this.#options = options;
    this.#batch = new WriteBatch({ collection: options.db.collection(healthCollection), ...BATCH });
  }

  start(): void {
    this.#timer = setInterval(() => this.#flush(), GATHER_MS);
  }

  /** Stops after a last write, if MongoDB takes it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#batch.drain();
  }

  record(driverId: DriverId, event: DriverEvent): void {
    const day = this.#dayOf(driverId, event.at);
    if (day === null) return;
    day.events.push(event);
    if (day.events.length <= MOST_EVENTS) return;
    day.events.shift();
    this.#options.metrics.health_entries_total.inc({ outcome: 'dropped' });
  }

  /** Stores a report. @throws CodedError UNAVAILABLE when MongoDB does not: the phone sends it again */
  async report(driverId: DriverId, epoch: number, report: HealthReport): Promise<void> {
    const { conditions, ...device } = report;
    const nowMs = this.#options.clock.domainMs();
    const day = this.#dayOf(driverId, nowMs);
    if (day === null) throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 30_000 });
    day.conditions.push(...conditions.map((one) => ({ ...one, boot: report.boot as BootId })));
    day.device = device;
    const { battery, charging } = report;
    if (battery !== undefined && battery <= EMPTY_PERCENT && charging !== true)
      day.events.push({ at: report.at, what: 'battery', epoch });
    await new Promise<void>((resolve, reject) => day.waiters.push({ resolve, reject }));
  }

  #dayOf(driverId: DriverId, atMs: number): WaitingDay | null {
    const dayId = healthDayId(driverId, atMs);
    const known = this.#days.get(dayId);
    if (known !== undefined) return known;
    if (this.#days.size >= MOST_DAYS) {
      this.#options.metrics.health_entries_total.inc({ outcome: 'dropped' });
      return null;
    }
    const day: WaitingDay = { driverId, dayId, events: [], conditions: [], device: undefined, waiters: [] };
    this.#days.set(dayId, day);
    return day;
  }

  #flush(): void {
    const days = this.#days;
    this.#days = new Map();
    for (const day of days.values()) void this.#write(day);
  }

  async #write(day: WaitingDay): Promise<void> {
    const { region, clock, metrics, log } = this.#options;
    const { driverId, dayId, waiters } = day;
    try {
      await this.#batch.write(healthWrite({ region, driverId, dayId }, day, clock.wallMs()));
      metrics.health_entries_total.inc({ outcome: 'written' });
      for (const { resolve } of waiters) resolve();
    } catch (cause) {
      metrics.health_entries_total.inc({ outcome: 'failed' });
      log.debug({ reason: (cause as Error).message }, "a driver's health is not stored yet");
      // The phone repeats its reports; what only this gateway knows waits for the next write.
      for (const { reject } of waiters)
        reject(new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 30_000, cause }));
      for (const event of day.events) this.record(driverId, event);
    }
  }
}
