import type { BootId, DriverId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { StoredFix } from '../tracks/track-block.ts';
import { loadLuaScript, runLuaScript } from './lua-script.ts';

/** Why something of a fix stream was put aside: the label of the metric and part of the letter. */
export const DEAD_LETTER_CAUSES = ['entry', 'record', 'document', 'deliveries'] as const;
/**
 * entry: not a packed entry at all · record: a damaged record of an entry · document: Mongo will never take this fix ·
 * deliveries: handed out too often without an acknowledgement, so it may be what kills its readers.
 */
export type DeadLetterCause = (typeof DEAD_LETTER_CAUSES)[number];

/** What was put aside, by (driver, boot, seq) as far as it could be read, and enough to bring it back. */
export interface DeadLetter {
  readonly v: 1;
  readonly cause: DeadLetterCause;
  readonly reason: string;
  /** Id of the entry in its stream. */
  readonly entry: string;
  readonly driverId?: DriverId;
  readonly boot?: BootId;
  /** By seq, where the fixes could be read. */
  readonly fixes?: Readonly<Record<string, StoredFix>>;
  /** Base64 of what could not be read, at most DEAD_LETTER_RAW_BYTES of it. */
  readonly raw?: string;
  readonly rawBytes?: number;
}

/** A 10 MB field must not become 13 MB of dead letter; the length is told. */
export const DEAD_LETTER_RAW_BYTES = 16 * 1024;

/** Of one shard. Reached only when nobody reads the alarm for a very long time; older ones then go. */
const DEAD_LETTERS_KEPT = 100_000;

const moveScript = loadLuaScript('dead-letter-and-ack-2');

/** The letter of something that could not be read. */
export function rawLetter(cause: 'entry' | 'record', reason: string, entry: string, raw: Buffer): DeadLetter {
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
 * Writes the dead letters of one entry and acknowledges it in one step.
 * @returns false when the entry was acknowledged before: then nothing was written
 */
export async function deadLetterAndAck(
  log: RedisClient,
  at: { stream: string; deadLetters: string; group: string; entry: string },
  letters: readonly DeadLetter[],
): Promise<boolean> {
  const answer = await runLuaScript(
    log,
    moveScript,
    [at.stream, at.deadLetters],
    [at.group, at.entry, DEAD_LETTERS_KEPT, ...letters.map((letter) => JSON.stringify(letter))],
  );
  return answer === 1;
}
