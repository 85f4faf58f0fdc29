import { randomUUID } from 'node:crypto';
import type { DriverId, RegionId } from '@rideline/contract';
import { giveWakeBack, takeWake } from '@rideline/fleet/live/driver-wakes';
import { decodeLive } from '@rideline/fleet/live/live-index';
import type { Notice } from '@rideline/fleet/notifications/notification-queue';
import { live, warmedAt } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { type OpenRide, openRides } from '@rideline/fleet/trips/open-rides';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { startLeaderLoop } from '../leader-loop.ts';
import type { SweeperMetrics } from './metrics.ts';

const EVERY_MS = 5000;
const LEASE_MS = 15_000;
/** Rides read at a time: one read of MongoDB and one of Redis each. */
const PAGE = 1000;
/** The live index forgets a driver this long after the last fix (trip-sweeper.ts). */
const FORGOTTEN_AFTER_MS = 300_000;

export interface SilentDriverWatchOptions {
  readonly db: Database;
  readonly region: RegionId;
  readonly member: string;
  readonly state: RedisClient;
  readonly clock: Clock;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
  readonly notify: (notice: Notice) => Promise<void>;
  /** Wall ms without a fix. */
  readonly wakeAfterMs: number;
  /** Shortest time between two pushes to one driver; doubled with each push of one silence. */
  readonly wakeEveryMs: number;
}

/**
 * Wakes the phones of drivers on an open trip from whom no fix comes, whether their socket lives or not: an operating system may have stopped
 * the app, or its location source may be dead. A trip that is followed is open, so that nobody waits for a driver who is not watched here.
 */
export function startSilentDriverWatch(options: SilentDriverWatchOptions): { stop(): Promise<void> } {
  const { metrics, logger } = options;
  return startLeaderLoop({
    ...options,
    name: 'silent-drivers',
    leaseMs: LEASE_MS,
    everyMs: EVERY_MS,
    async round(signal) {
      await wakeSilentDrivers(options, signal);
      return 'idle';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'silent drivers not looked for');
    },
  });
}

async function wakeSilentDrivers(options: SilentDriverWatchOptions, signal: AbortSignal): Promise<void> {
  const { db, region, state, clock } = options;
  const warmMs = Number((await state.get(warmedAt(region))) ?? Number.POSITIVE_INFINITY);
  let after: DriverId | null = null;
  for (;;) {
    const rides: OpenRide[] = await openRides(db, region, after, PAGE);
    signal.throwIfAborted();
    if (rides.length > 0) {
      const positions = await state.hmget(live(region), ...rides.map(({ driverId }) => driverId));
      const nowMs = clock.wallMs();
      for (const [index, ride] of rides.entries()) {
        const fixAtMs = decodeLive(positions[index] ?? null)?.position.receivedAt ?? null;
        if (isSilent(fixAtMs, nowMs, warmMs, options)) await wake(ride, fixAtMs, options);
      }
    }
    const last = rides.at(-1);
    if (rides.length < PAGE || last === undefined) return;
    after = last.driverId;
  }
}

/** A driver whom the index has forgotten is silent, unless it was emptied and phones have not sent again. */
function isSilent(
  fixAtMs: number | null,
  nowMs: number,
  warmMs: number,
  { wakeAfterMs }: SilentDriverWatchOptions,
): boolean {
  return fixAtMs === null ? nowMs - warmMs > FORGOTTEN_AFTER_MS : nowMs - fixAtMs > wakeAfterMs;
}

async function wake(
  { driverId, tripId }: OpenRide,
  fixAtMs: number | null,
  { region, state, clock, metrics, logger, notify, wakeEveryMs }: SilentDriverWatchOptions,
): Promise<void> {
  const silence = { fixAtMs, nowMs: clock.wallMs(), everyMs: wakeEveryMs };
  if (!(await takeWake(state, region, driverId, silence))) return;
  try {
    await notify({
      notificationId: `wake-${randomUUID()}`,
      role: 'driver',
      userId: driverId,
      kind: 'wake',
      event: { at: Math.round(clock.domainMs()) },
      data: { tripId },
    });
    metrics.silent_drivers_woken_total.inc({ outcome: 'queued' });
  } catch (error) {
    metrics.silent_drivers_woken_total.inc({ outcome: 'failed' });
    logger.warn({ reason: (error as Error).message }, 'a silent driver is woken later');
    await giveWakeBack(state, region, driverId);
  }
}
