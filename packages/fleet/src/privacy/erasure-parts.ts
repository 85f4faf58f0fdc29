import type { RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { openObjectStore } from '@rideline/platform/s3/object-store';
import type { FixStreams } from '../fixes/fix-streams.ts';
import type { Database } from '../store/database.ts';
import type { TripStore } from '../trips/trip-store.ts';

/** Every store that knows people. */
export interface ErasureParts {
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  /** undefined: this installation has no documents. */
  readonly objects: Pick<ReturnType<typeof openObjectStore>, 'list' | 'remove'> | undefined;
  readonly region: RegionId;
  readonly streams: FixStreams;
  readonly tripStore: TripStore;
  readonly clock: Clock;
  /** How long a revocation matters. */
  readonly revocationKeptMs: number;
  /** Removes the jobs of all queues whose data hold the id. @returns how many, and how many are being worked on */
  readonly purgeJobs: (holds: (data: string) => boolean) => Promise<{ removed: number; active: number }>;
}

/** Thrown by a step that has to wait for somebody else: what for. It is tried again. */
export class ErasureBlocked extends Error {}
