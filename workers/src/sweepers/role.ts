import { revocationKeptMs } from '@rideline/fleet/accounts/session-rules';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import { openQueueJobs } from '@rideline/platform/queues/queue-jobs';
import { openQueuePurge } from '@rideline/platform/queues/queue-purge';
import { openQueue } from '@rideline/platform/queues/queues';
import { openObjectStore } from '@rideline/platform/s3/object-store';
import { documentStoreOf } from '../documents/document-store-of.ts';
import { DUE_TRIPS_METRICS } from '../due-trips-metrics.ts';
import { RELAY_METRICS } from '../relay/metrics.ts';
import { tripRelayOf } from '../relay/trip-relay-of.ts';
import { defineRole, type RoleParts, tripStoreOf } from '../role.ts';
import { startExpiryWatch } from './document-expiry.ts';
import { startDocumentSweeper } from './document-sweeper.ts';
import { startErasures } from './erasures.ts';
import { SWEEPER_METRICS, type SweeperMetrics } from './metrics.ts';
import { startRetention } from './retention.ts';
import { startSilentDriverWatch } from './silent-drivers.ts';
import { startSweepers } from './trip-sweeper.ts';

/** What a crash, a lost hint or time left behind: trips, documents, the live index; erasures of people; a changed retention. */
export default defineRole({
  metrics: { ...SWEEPER_METRICS, ...RELAY_METRICS, ...DUE_TRIPS_METRICS },
  async start(parts) {
    const { config, onStop } = parts;
    const { region, process: member } = config;
    const sweepers = startSweepers({ ...parts, relay: tripRelayOf(parts), member, region });
    onStop('work', 'sweepers', () => sweepers.stop());
    const expiries = startExpiryWatch({ ...parts, documentStore: documentStoreOf(parts), member });
    onStop('work', 'document expiries', () => expiries.stop());
    const wakes = startSilentDriverWatch({ ...parts, ...config, member });
    onStop('work', 'silent drivers', () => wakes.stop());
    sweepDocuments(parts);
    const { db, clock } = parts;
    const retention = startRetention({
      ...parts,
      parts: { db, region, defaults: config, wallMs: clock.wallMs },
      member,
    });
    onStop('work', 'retention', () => retention.stop());
    const erasures = startErasures({ ...parts, parts: await erasureParts(parts), member });
    onStop('work', 'erasures', () => erasures.stop());
  },
});

/** Only where there is an object store: without one nothing was uploaded. */
function sweepDocuments(parts: RoleParts<SweeperMetrics>): void {
  const { config, metrics, logger, onStop } = parts;
  const { region, process: owner, redisStateUrl: url, s3 } = config;
  if (s3 === undefined) return;
  const shared = { url, region, name: 'document-processing', owner, metrics, log: logger } as const;
  const queue = openQueue(shared);
  onStop('connections', 'document queue', () => queue.close());
  const jobs = openQueueJobs(shared);
  onStop('connections', 'document jobs', () => jobs.close());
  const store = openObjectStore(s3);
  onStop('connections', 'swept object store', () => store.close());
  const sweeper = startDocumentSweeper({
    ...parts,
    documentStore: documentStoreOf(parts),
    store,
    queue,
    jobs,
    region,
    member: owner,
    onNotQueued: (error) => logger.warn({ reason: error.message }, 'a document is queued later'),
  });
  onStop('work', 'document sweeper', () => sweeper.stop());
}

/** Erasing a person needs every store. */
async function erasureParts(parts: RoleParts<SweeperMetrics>): Promise<ErasureParts> {
  const { config, metrics, logger, onStop } = parts;
  const { region, process: owner, redisStateUrl: url, fixShards, production, s3 } = config;
  const jobs = openQueuePurge({ url, region, owner, metrics, log: logger });
  onStop('connections', 'queues of erasures', () => jobs.close());
  return {
    ...parts,
    region,
    streams: await openFixStreams(parts.log, region, fixShards),
    objects: s3 && openObjectStore(s3),
    tripStore: tripStoreOf(parts),
    revocationKeptMs: revocationKeptMs(production),
    purgeJobs: jobs.purge,
  };
}
