import type { BootId, DriverId, UserId } from '@rideline/contract';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import type { StoredTrack } from '@rideline/fleet/tracks/track-collection';
import { systemClock } from '@rideline/platform/process/clock';
import type { WorkersHarness } from '../cluster/workers-harness.ts';
import { REGION } from '../test-process.ts';
import { tripStoreOf } from '../trips/trip-store-setup.ts';

/** What an erasure needs, over the servers of the harness, without an object store and without queues. */
export const erasurePartsOf = (harness: WorkersHarness): ErasureParts => ({
  db: harness.db,
  log: harness.log,
  state: harness.state,
  cache: harness.cache,
  objects: undefined,
  region: REGION,
  streams: harness.streams,
  tripStore: tripStoreOf(harness),
  clock: systemClock,
  revocationKeptMs: 60_000,
  purgeJobs: async () => ({ removed: 0, active: 0 }),
});

/** An empty track of a person who drives. */
export const emptyTrack = (userId: UserId, block: number): StoredTrack => ({
  _id: `${userId}:b:${block}`,
  v: 1,
  region: REGION,
  driverId: String(userId) as DriverId,
  boot: 'b' as BootId,
  block,
  lowest: 0,
  expireAt: new Date(Date.now() + 86_400_000),
  f: {},
});
