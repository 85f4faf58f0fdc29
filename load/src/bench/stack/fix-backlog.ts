import type { RegionId } from '@rideline/contract';
import { fixStream, streamMeta } from '@rideline/fleet/redis/redis-keys';
import { Redis } from 'ioredis';

/** Entries of the fix streams that history has not acknowledged: not read yet, or read and not stored. */
export interface FixBacklog {
  entries(): Promise<number>;
  close(): void;
}

const GROUP = 'history';

/**
 * Reads the log itself: the workers' gauges are seconds old.
 * @throws Error when the log has no fix streams: the backlog would always be 0
 */
export async function openFixBacklog(env: Readonly<Record<string, string>>): Promise<FixBacklog> {
  const region = (env.RIDELINE_REGION ?? 'main') as RegionId;
  const log = new Redis(env.REDIS_LOG_URL ?? '', { maxRetriesPerRequest: 1 });
  // Each failed command rejects; without a listener the client prints every lost connection.
  log.on('error', () => undefined);
  const [shards, generation] = await log
    .hmget(streamMeta(region), 'shards', 'generation')
    .catch((error: unknown) => {
      // A client that is left would connect again for ever, and this process would not end.
      log.disconnect();
      throw error;
    });
  if (!shards || !generation) {
    log.disconnect();
    throw new Error(`the log has no fix streams of region ${region}`);
  }
  const keys = Array.from({ length: Number(shards) }, (_, n) => fixStream(region, Number(generation), n));
  return {
    async entries() {
      const groups = await Promise.all(keys.map((key) => log.xinfo('GROUPS', key)));
      return groups.reduce<number>((sum, groups) => sum + waitingOf(groups as unknown[][]), 0);
    },
    close: () => log.disconnect(),
  };
}

/** `XINFO GROUPS` returns each group as a flat list of names and values. */
function waitingOf(groups: readonly (readonly unknown[])[]): number {
  const history = groups.find((group) => group[group.indexOf('name') + 1] === GROUP);
  if (history === undefined) return 0;
  const field = (name: string) => Number(history[history.indexOf(name) + 1] ?? 0);
  return field('pending') + field('lag');
}
