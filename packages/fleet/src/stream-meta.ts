import { CodedError, type RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis';
import { streamMeta } from './redis-keys.ts';

/** Groups that read every fix stream; a stream is trimmed behind all of them, so they are made at 0 before anything is trimmed. */
export const FIX_STREAM_GROUPS = ['history'] as const;

const FIRST_GENERATION = 1;

/**
 * Agrees with all processes of the region on the number of fix streams: the first one writes it down, every other must be configured
 * alike, since a driver's stream follows from that number.
 * @returns the generation, part of every stream's key
 * @throws CodedError CONFLICT when the number in force is another
 */
export async function agreeOnStreams(log: RedisClient, region: RegionId, shards: number): Promise<number> {
  const key = streamMeta(region);
  await log.hsetnx(key, 'shards', shards);
  await log.hsetnx(key, 'generation', FIRST_GENERATION);
  const [inForce, generation] = await log.hmget(key, 'shards', 'generation');
  if (Number(inForce) !== shards) {
    throw new CodedError(
      'CONFLICT',
      `the fix log has ${inForce} shards and RIDELINE_FIX_SHARDS says ${shards}: set it to ${inForce}`,
    );
  }
  return Number(generation);
}
