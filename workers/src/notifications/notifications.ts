import type { RegionId } from '@rideline/contract';
import { createDeviceStore } from '@rideline/fleet/notifications/device-store';
import { createNotificationStore } from '@rideline/fleet/notifications/notification-store';
import { createUnseenMarks } from '@rideline/fleet/notifications/unseen-mark';
import type { Database } from '@rideline/fleet/store/database';
import { isOfferWithdrawn } from '@rideline/fleet/trips/offer-state';
import { hasOpenRide, type OpenRide } from '@rideline/fleet/trips/open-rides';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import { openQueueWorker } from '@rideline/platform/queues/queues';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { PushSettings } from '../push-settings.ts';
import type { NotificationMetrics } from './metrics.ts';
import { deliverNotification } from './notification-job.ts';
import { openPushProviders } from './providers/open-providers.ts';

export interface NotificationsOptions {
  readonly region: RegionId;
  /** Name of the process. */
  readonly owner: string;
  readonly db: Database;
  readonly state: RedisClient;
  readonly stateUrl: string;
  readonly cache: RedisClient;
  readonly clock: Clock;
  readonly metrics: NotificationMetrics;
  readonly logger: Logger;
  readonly push: readonly PushSettings[];
  readonly pushTimeoutMs: number;
}

/** Concurrent jobs: a job mostly waits, for a bulk write to fill and for a provider to answer. */
const CONCURRENCY = 64;

/** Processes the queue `notification`. @throws Error when a key file of a push provider cannot be read */
export async function startNotifications(options: NotificationsOptions): Promise<{ stop(): Promise<void> }> {
  const { region, db, clock, metrics, logger } = options;
  const providers = await openPushProviders(options.push, options.pushTimeoutMs);
  const store = createNotificationStore({ db, region, clock });
  const parts = {
    ...options,
    providers,
    store,
    devices: createDeviceStore(db, region),
    unseen: createUnseenMarks(options.cache, region),
    isOfferWithdrawn: (data: Readonly<Record<string, unknown>>) => isOfferWithdrawn(db, region, data),
    hasOpenRide: (ride: OpenRide) => hasOpenRide(db, region, ride),
  };
  const worker = openQueueWorker({
    url: options.stateUrl,
    region,
    name: 'notification',
    owner: options.owner,
    metrics,
    log: logger,
    concurrency: CONCURRENCY,
    process: (job) => deliverNotification(parts, job),
  });
  return {
    async stop() {
      await worker.close();
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}
