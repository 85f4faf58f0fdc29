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
import { DEAD_LETTER_CAUSES, type DeadLetter } from '../redis/dead-letters.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import type { StoredFix } from './track-block.ts';

/** The dead letters of one fix stream: reading them, and putting them back. */
export interface LetterBox {
  readonly log: RedisClient;
  readonly stream: string;
  readonly deadLetters: string;
}

/** A letter as it was found; `letter` is null when it cannot be read itself. */
export interface FoundLetter {
  /** `<ms>-<n>`: also when it was written. */
  readonly id: string;
  readonly letter: DeadLetter | null;
}

export const LETTER_ID = /^\d{1,16}-\d{1,16}$/;
const SEQ = /^\d{1,10}$/;
/** Entry version that records are packed with, for the part of an entry that was put aside alone. */
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
const letterSchema = z.looseObject({
  v: z.literal(1),
  cause: z.enum(DEAD_LETTER_CAUSES),
  reason: z.string(),
  entry: z.string(),
});

export function countLetters({ log, deadLetters }: LetterBox): Promise<number> {
  return log.xlen(deadLetters);
}

/** The oldest `limit` letters after the one of id `after`. */
export async function readLetters(
  { log, deadLetters }: LetterBox,
  limit: number,
  after: string | null,
): Promise<FoundLetter[]> {
  const found = await log.xrange(deadLetters, after === null ? '-' : `(${after}`, '+', 'COUNT', limit);
  return found.map(toFound);
}

export async function findLetter({ log, deadLetters }: LetterBox, id: string): Promise<FoundLetter | null> {
  const [found] = await log.xrange(deadLetters, id, id);
  return found === undefined ? null : toFound(found);
}

function toFound([id, fields]: [string, string[]]): FoundLetter {
  try {
    const letter = letterSchema.parse(JSON.parse(fields[1] ?? ''));
    return { id, letter: letter as unknown as DeadLetter };
  } catch {
    // Told as what it is: a letter that cannot be read.
    return { id, letter: null };
  }
}

/**
 * The entry that brings a letter's fixes back, or null when nothing of it can be read. It is told as of an offline driver and of no known
 * boot order, so that it moves no live position; history keys fixes by (driver, boot, seq) and stores none twice.
 */
export function entryOfLetter(letter: DeadLetter | null): Buffer | null {
  if (letter === null) return null;
  if (letter.raw !== undefined) return entryOfRaw(letter);
  const { driverId, boot, fixes } = letter;
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

/** What could not be read once may be readable by a later version of this program, if all of it was kept. */
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

/** Puts an entry into the stream in place of a letter. @returns false when the letter is gone: then nothing was put */
export async function replayLetter(
  { log, stream, deadLetters }: LetterBox,
  id: string,
  entry: Buffer,
): Promise<boolean> {
  return (await runLuaScript(log, replayScript, [stream, deadLetters], [id, entry])) === 1;
}
