import type { BootId, DriverId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import type { StoredFix } from './track-collection.ts';

/** Why data of a fix stream was dead-lettered: the label of the metric and a field of the dead letter. */
export const DEAD_LETTER_CAUSES = ['entry', 'record', 'document', 'deliveries'] as const;
/**
 * entry: not a packed entry · record: a damaged record of an entry · document: MongoDB will never accept this fix ·
 * deliveries: delivered too often without an acknowledgement, so it may be what crashes its readers.
 */
export type DeadLetterCause = (typeof DEAD_LETTER_CAUSES)[number];

/** Data that was dead-lettered, by (driver, boot, seq) as far as it could be read, and enough to replay it. */
export interface DeadLetter {
  readonly v: 1;
  readonly cause: DeadLetterCause;
  readonly reason: string;
  /** Id of the entry in its stream. */
  readonly entry: string;
  readonly driverId?: DriverId;
  readonly boot?: BootId;
  /** By seq, when the fixes could be read. */
  readonly fixes?: Readonly<Record<string, StoredFix>>;
  /** Base64 of data that could not be read, at most DEAD_LETTER_RAW_BYTES of it. */
  readonly raw?: string;
  readonly rawBytes?: number;
}

/** Bounds the raw data: a 10 MB field must not become a 13 MB dead letter. `rawBytes` holds the full length. */
export const DEAD_LETTER_RAW_BYTES = 16 * 1024;

/** Dead letters kept per shard; beyond it the oldest are removed. Reached only when the alarm is ignored for a very long time. */
const DEAD_LETTERS_KEPT = 100_000;

/**
 * Memory of all dead letters of a region, bytes; each shard has its share. 100,000 letters of 22 KB would be twice the memory of the log,
 * and a full log refuses every fix.
 */
export const DEAD_LETTER_BYTES = 128 * 1024 * 1024;

const moveScript = loadLuaScript('dead-letter-and-ack-2');

/** The dead letter of data that could not be read. */
export function rawDeadLetter(
  cause: 'entry' | 'record',
  reason: string,
  entry: string,
  raw: Buffer,
): DeadLetter {
  return {
    v: 1,
    cause,
    reason,
    entry,
    raw: raw.subarray(0, DEAD_LETTER_RAW_BYTES).toString('base64'),
    rawBytes: raw.length,
  };
}

/**
 * Writes the dead letters of one entry and acknowledges the entry in one step.
 * @param at.mostBytes memory of the stream of dead letters; the oldest ones beyond it are removed
 * @returns moved: false when the entry had been acknowledged before, then nothing was written; removed: dead letters removed by the bounds
 */
export async function deadLetterAndAck(
  log: RedisClient,
  at: { stream: string; deadLetters: string; group: string; entry: string; mostBytes: number },
  deadLetters: readonly DeadLetter[],
): Promise<{ moved: boolean; removed: number }> {
  const answer = await runLuaScript(
    log,
    moveScript,
    [at.stream, at.deadLetters],
    [
      at.group,
      at.entry,
      DEAD_LETTERS_KEPT,
      at.mostBytes,
      ...deadLetters.map((deadLetter) => JSON.stringify(deadLetter)),
    ],
  );
  const [moved, removed] = answer as [number, number];
  return { moved: moved === 1, removed };
}
