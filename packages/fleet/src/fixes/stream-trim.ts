import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import type { FixStreams } from './fix-streams.ts';

/** Groups that read every fix stream. A stream is trimmed behind all of them, so a new group is added here before it first reads. */
export const FIX_STREAM_GROUPS = ['history'] as const;
export type FixStreamGroup = (typeof FIX_STREAM_GROUPS)[number];

export interface GroupState {
  /** Delivered and not acknowledged. */
  readonly pending: number;
  /** Not delivered yet; null when Redis cannot tell. */
  readonly lag: number | null;
}

export interface StreamState {
  /** Entries removed just now; null when a registered group is missing, so that nothing was removed. */
  readonly trimmed: number | null;
  readonly length: number;
  readonly groups: Readonly<Record<FixStreamGroup, GroupState | null>>;
}

const trimScript = loadLuaScript('trim-stream-1');

/** Makes every registered group at the start of every fix stream, so that what is in the stream already is read too. */
export async function ensureGroups(log: RedisClient, streams: FixStreams): Promise<void> {
  for (const key of streams.keys) {
    for (const group of FIX_STREAM_GROUPS) await ensureGroup(log, key, group);
  }
}

async function ensureGroup(log: RedisClient, key: string, group: FixStreamGroup): Promise<void> {
  try {
    await log.xgroup('CREATE', key, group, '0', 'MKSTREAM');
  } catch (error) {
    if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
  }
}

/**
 * Removes from one fix stream what every registered group has acknowledged: by MINID of the least of all groups' (first pending, else
 * last delivered + 1), never by a length. Also tells how far each group is.
 */
export async function trimStream(log: RedisClient, key: string): Promise<StreamState> {
  const answer = (await runLuaScript(log, trimScript, [key], FIX_STREAM_GROUPS)) as number[];
  const [trimmed = -1, length = 0, ...told] = answer;
  const groups = {} as Record<FixStreamGroup, GroupState | null>;
  FIX_STREAM_GROUPS.forEach((group, index) => {
    const [pending = -1, lag = -1] = told.slice(index * 2, index * 2 + 2);
    groups[group] = pending < 0 ? null : { pending, lag: lag < 0 ? null : lag };
  });
  return { trimmed: trimmed < 0 ? null : trimmed, length, groups };
}
