import type { RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { openObjectStore } from '@rideline/platform/s3/object-store';
import type { FixStreams } from '../fixes/fix-streams.ts';
import type { Database } from '../store/database.ts';
import type { TripStore } from '../trips/trip-store.ts';

/** Every store that holds personal data. */
export interface ErasureParts {
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  /** undefined: this installation has no S3 server. */
  readonly objects: Pick<ReturnType<typeof openObjectStore>, 'list' | 'remove'> | undefined;
  readonly region: RegionId;
  readonly streams: FixStreams;
  readonly tripStore: TripStore;
  readonly clock: Clock;
  /** How long a revocation is kept: until no token that it revokes can be valid. */
  readonly revocationKeptMs: number;
  /** Removes the jobs of all queues whose data contain the id. @returns the number removed, and of those that are active */
  readonly purgeJobs: (holds: (data: string) => boolean) => Promise<{ removed: number; active: number }>;
}

/** Thrown by a step that has to wait; the message says for what. The step is tried again. */
export class ErasureBlocked extends Error {}
