import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import type { FixStreams } from './fix-streams.ts';

/** Consumer groups of every fix stream. A stream is trimmed behind all of them, so a new group is added here before it first reads. */
export const FIX_STREAM_GROUPS = ['history'] as const;
export type FixStreamGroup = (typeof FIX_STREAM_GROUPS)[number];

export interface GroupState {
  /** Entries delivered and not acknowledged. */
  readonly pending: number;
  /** Entries not delivered yet; null when Redis does not report it. */
  readonly lag: number | null;
}

export interface StreamState {
  /** Entries removed by this call; null when a registered group is missing: then nothing was removed. */
  readonly trimmed: number | null;
  readonly length: number;
  readonly groups: Readonly<Record<FixStreamGroup, GroupState | null>>;
}

const trimScript = loadLuaScript('trim-stream-1');

/** Creates every registered group at the start of every fix stream, so that entries already in the stream are read too. */
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
 * Removes the entries that every registered group has acknowledged: by MINID of the least of all groups' (first pending, else last
 * delivered + 1), never by a length. Returns pending entries and lag of each group.
 */
export async function trimStream(log: RedisClient, key: string): Promise<StreamState> {
  const answer = (await runLuaScript(log, trimScript, [key], FIX_STREAM_GROUPS)) as number[];
  const [trimmed = -1, length = 0, ...counts] = answer;
  const groups = {} as Record<FixStreamGroup, GroupState | null>;
  FIX_STREAM_GROUPS.forEach((group, index) => {
    const [pending = -1, lag = -1] = counts.slice(index * 2, index * 2 + 2);
    groups[group] = pending < 0 ? null : { pending, lag: lag < 0 ? null : lag };
  });
  return { trimmed: trimmed < 0 ? null : trimmed, length, groups };
}
