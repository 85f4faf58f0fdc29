import { SEQ_MAX, VERDICTS } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { z } from 'zod';
import {
  decodeEntry,
  EntryWriter,
  type FixRecord,
  type JudgedFix,
  UnknownEntryVersion,
} from '../fixes/fix-record.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { DEAD_LETTER_CAUSES, type DeadLetter } from './dead-letter.ts';
import type { StoredFix } from './track-collection.ts';

/** A fix stream and the stream of its dead letters. */
export interface DeadLetterStream {
  readonly log: RedisClient;
  readonly stream: string;
  readonly deadLetters: string;
}

/** A dead letter as stored; `deadLetter` is null when it is malformed. */
export interface FoundDeadLetter {
  /** `<ms>-<n>`; ms is the time at which it was written. */
  readonly id: string;
  readonly deadLetter: DeadLetter | null;
}

export const DEAD_LETTER_ID = /^\d{1,16}-\d{1,16}$/;
const SEQ = /^\d{1,10}$/;
/** Version byte put in front of a record that was dead-lettered alone. */
const ENTRY_VERSION = 1;

const replayScript = loadLuaScript('replay-dead-letter-2');

const nullable = z.number().nullable();
const storedFixSchema = z.tuple([
  z.number(),
  z.number().min(-90).max(90).nullable(),
  z.number().min(-180).max(180).nullable(),
  nullable,
  nullable,
  nullable,
  z.number(),
  z.number(),
  z
    .int()
    .min(0)
    .max(VERDICTS.length - 1),
]);
const deadLetterSchema = z.looseObject({
  v: z.literal(1),
  cause: z.enum(DEAD_LETTER_CAUSES),
  reason: z.string(),
  entry: z.string(),
});

export function countDeadLetters({ log, deadLetters }: DeadLetterStream): Promise<number> {
  return log.xlen(deadLetters);
}

/** The oldest `limit` dead letters after the one with id `after`. */
export async function readDeadLetters(
  { log, deadLetters }: DeadLetterStream,
  limit: number,
  after: string | null,
): Promise<FoundDeadLetter[]> {
  const found = await log.xrange(deadLetters, after === null ? '-' : `(${after}`, '+', 'COUNT', limit);
  return found.map(toFound);
}

export async function findDeadLetter(
  { log, deadLetters }: DeadLetterStream,
  id: string,
): Promise<FoundDeadLetter | null> {
  const [found] = await log.xrange(deadLetters, id, id);
  return found === undefined ? null : toFound(found);
}

function toFound([id, fields]: [string, string[]]): FoundDeadLetter {
  try {
    const deadLetter = deadLetterSchema.parse(JSON.parse(fields[1] ?? ''));
    // The schema checks what replaying needs; the rest of the dead letter is as it was written.
    return { id, deadLetter: deadLetter as unknown as DeadLetter };
  } catch {
    // Listed as malformed, so that operators see it.
    return { id, deadLetter: null };
  }
}

/**
 * The entry that replays a dead letter's fixes, or null when none of it can be read. Its records have status offline and boot index 0, so
 * that they do not move a live position; history stores fixes by (driver, boot, seq), so none is stored twice.
 */
export function entryOfDeadLetter(deadLetter: DeadLetter | null): Buffer | null {
  if (deadLetter === null) return null;
  if (deadLetter.raw !== undefined) return entryOfRaw(deadLetter);
  const { driverId, boot, fixes } = deadLetter;
  if (driverId === undefined || boot === undefined || fixes === undefined) return null;
  const records = new Map<number, FixRecord>();
  for (const [seq, given] of Object.entries(fixes)) {
    const stored = storedFixSchema.safeParse(given);
    if (!stored.success || !SEQ.test(seq) || Number(seq) > SEQ_MAX) return null;
    const receivedAt = stored.data[7];
    const record = records.get(receivedAt) ?? {
      driverId,
      boot,
      bootIndex: 0,
      status: 'offline',
      receivedAt,
      lowest: 0,
      fixes: [],
    };
    record.fixes.push(judgedFix(Number(seq), stored.data));
    records.set(receivedAt, record);
  }
  if (records.size === 0) return null;
  const writer = new EntryWriter();
  for (const record of records.values()) writer.append(record);
  return writer.take();
}

function judgedFix(seq: number, stored: StoredFix): JudgedFix {
  const [t, lat, lng, speed, heading, accuracy, flags, , verdict] = stored;
  return { seq, t, lat, lng, speed, heading, accuracy, flags, verdict: VERDICTS[verdict] ?? 'range' };
}

/** Raw data that an older version could not read may be readable now, if it was kept in full. */
function entryOfRaw({ cause, raw, rawBytes }: DeadLetter): Buffer | null {
  const bytes = Buffer.from(raw ?? '', 'base64');
  if (bytes.length !== rawBytes) return null;
  const entry = cause === 'record' ? Buffer.concat([Buffer.of(ENTRY_VERSION), bytes]) : bytes;
  try {
    const { records, bad } = decodeEntry(entry);
    return records.length > 0 && bad.length === 0 ? entry : null;
  } catch (error) {
    if (error instanceof UnknownEntryVersion) return null;
    throw error;
  }
}

/** Adds an entry to the stream and removes its dead letter. @returns false when the dead letter does not exist: then nothing was added */
export async function replayDeadLetter(
  { log, stream, deadLetters }: DeadLetterStream,
  id: string,
  entry: Buffer,
): Promise<boolean> {
  return (await runLuaScript(log, replayScript, [stream, deadLetters], [id, entry])) === 1;
}
