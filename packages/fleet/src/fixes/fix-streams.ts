import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { fixStream, streamMeta } from '../redis/redis-keys.ts';

/** The fix streams of a region, as stored in the log's Redis: every process must shard alike. */
export interface FixStreams {
  readonly region: RegionId;
  readonly shards: number;
  readonly generation: number;
  /** Keys by shard. */
  readonly keys: readonly string[];
}

const FIRST_GENERATION = 1;

/**
 * Reads how the region's fix streams are sharded, and stores it when the log is new.
 * @throws Error when the configured number of shards differs: a driver's fixes would land in two streams
 */
export async function openFixStreams(
  log: RedisClient,
  region: RegionId,
  shards: number,
): Promise<FixStreams> {
  const meta = streamMeta(region);
  await log.hsetnx(meta, 'generation', FIRST_GENERATION);
  await log.hsetnx(meta, 'shards', shards);
  const [recordedShards, recordedGeneration] = await log.hmget(meta, 'shards', 'generation');
  if (Number(recordedShards) !== shards) {
    throw new Error(
      `the log has ${recordedShards} fix shards for region ${region}, but RIDELINE_FIX_SHARDS is ${shards}`,
    );
  }
  const generation = Number(recordedGeneration);
  const keys = Array.from({ length: shards }, (_, shard) => fixStream(region, generation, shard));
  return { region, shards, generation, keys };
}
