import {
  commandEffectSchema,
  DOCUMENT_TYPE_NAMES,
  driverActionSchema,
  SEQ_MAX,
  tripStateNameSchema,
  verdictSchema,
} from '@rideline/contract';
import { z } from 'zod';

/**
 * What simulated people write down: what they did and what they were told. One JSON object a line; the first line is `journal`, the last
 * one `end`. The invariant checker compares it with what the servers hold, so an entry has what the person's app saw and nothing that the
 * simulator knows better. `load/artillery` writes the same lines without this file, since it is a package of its own.
 *
 * `at`: when the entry was written, epoch ms of the writer's clock, which is right also where the simulated phone's clock is wrong. No entry
 * has a coordinate or a token.
 */

export const JOURNAL_VERSION = 1;

/** Longest line, characters: an entry beyond it is not ours. */
export const JOURNAL_LINE_MOST = 64 * 1024;
/** Most ranges or items of one entry; a writer splits what is longer. */
export const JOURNAL_ITEMS_MOST = 1000;

const atSchema = z.number().nonnegative();
const idSchema = z.string().min(1).max(128);
const codeSchema = z.string().min(1).max(64);
const seqSchema = z.int().min(0).max(SEQ_MAX);
/** Inclusive. */
const rangeSchema = z
  .tuple([seqSchema, seqSchema])
  .refine(([from, to]) => from <= to, 'a range must not end before it begins');
const rangesSchema = z.array(rangeSchema).max(JOURNAL_ITEMS_MOST);
const countSchema = z.int().nonnegative();
const bootSchema = { driverId: idSchema, boot: idSchema };

/** First line. `writer`: which program wrote it · `seed`: what repeats the run, null when there is none. */
const headerSchema = z.strictObject({
  kind: z.literal('journal'),
  at: atSchema,
  version: z.literal(JOURNAL_VERSION),
  writer: z.enum(['fleet', 'artillery']),
  scenario: idSchema,
  seed: z.string().max(200).nullable(),
});

/**
 * Last line. `dropped`: entries that were left out because the journal had reached its limit; with any of them, absence proves nothing.
 * A journal without this line was not finished: its writer was killed.
 */
const endSchema = z.strictObject({
  kind: z.literal('end'),
  at: atSchema,
  entries: countSchema,
  dropped: countSchema,
});

// ── drivers: fixes ────────────────────────────────────────────────────────────────────────────────────────────────

/** Fixes that the app took, with rising seqs from `firstSeq`. `times`: when each was taken, true epoch ms of the domain clock. */
const fixesTakenSchema = z.strictObject({
  kind: z.literal('fixes.taken'),
  at: atSchema,
  ...bootSchema,
  firstSeq: seqSchema,
  times: z.array(z.number()).min(1).max(JOURNAL_ITEMS_MOST),
});

/**
 * The first acknowledgement of a boot, the last one, and each that took something back (`received` or `durable` fell); the fleet also notes
 * those in which `received` rose. The others may be left out: acknowledgements are cumulative.
 */
const fixesAckedSchema = z.strictObject({
  kind: z.literal('fixes.acked'),
  at: atSchema,
  ...bootSchema,
  /** −1: none. */
  received: z.int().min(-1),
  durable: z.int().min(-1),
  gaps: rangesSchema,
});

/** The server refused fixes with a verdict: they are in the ledger as refused. */
const fixesRefusedSchema = z.strictObject({
  kind: z.literal('fixes.refused'),
  at: atSchema,
  ...bootSchema,
  items: z.array(z.tuple([seqSchema, verdictSchema])).max(JOURNAL_ITEMS_MOST),
});

/**
 * A boot is over, or the run is. Seqs 0 … `taken` − 1 were taken. `unacknowledged`: not known to be in the server's log · `lost`: given up
 * by the phone (outbox full, frame refused for good); both were not promised. `sentAgain`: how often a fix was sent that had been sent before.
 */
const bootEndedSchema = z.strictObject({
  kind: z.literal('boot.ended'),
  at: atSchema,
  ...bootSchema,
  why: z.enum(['closed', 'killed', 'battery']),
  taken: countSchema,
  /** Highest `durable` that the server ever acknowledged; −1 when none. */
  durable: z.int().min(-1),
  /** Highest `received` that the server ever acknowledged; −1 when none. */
  received: z.int().min(-1),
  unacknowledged: rangesSchema,
  lost: rangesSchema,
  sentAgain: countSchema,
});

// ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────

const commandSchema = {
  /** Driver or rider. */
  userId: idSchema,
  /** `commandId`, or the trip's id for a request: what makes a repetition the same command. */
  commandId: idSchema,
};

/** The app gave a command to the SDK, or sent it itself. Written once, however often it is sent. */
const commandGivenSchema = z.strictObject({
  kind: z.literal('command.given'),
  at: atSchema,
  ...commandSchema,
  /** `cancel`: by the rider · `accept` and `decline`: of an offer · otherwise the driver's action; a driver's cancel is `driver_cancel`. */
  action: z.enum([
    'request',
    'cancel',
    'accept',
    'decline',
    'driver_cancel',
    ...driverActionSchema.exclude(['cancel']).options,
  ]),
  tripId: idSchema,
  offerId: idSchema.nullable(),
  via: z.enum(['socket', 'rest']),
});

const outcomeSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    /** HTTP status over REST (201, 202, 200); null over a socket. */
    status: z.int().nullable(),
    state: tripStateNameSchema,
    version: z.int().positive(),
  }),
  z.strictObject({
    ok: z.literal(false),
    status: z.int().nullable(),
    code: codeSchema,
    effect: commandEffectSchema,
  }),
]);

/**
 * How a command ended, as the app was told. A command without this entry was not answered before the run ended, or before its app was
 * killed without storage: its effect is unknown.
 */
const commandEndedSchema = z.strictObject({
  kind: z.literal('command.ended'),
  at: atSchema,
  ...commandSchema,
  outcome: outcomeSchema,
});

const offerShownSchema = z.strictObject({
  kind: z.literal('offer.shown'),
  at: atSchema,
  driverId: idSchema,
  offerId: idSchema,
  tripId: idSchema,
  queued: z.boolean(),
});

/** The driver's app shows this trip as its current ride, or none. */
const rideShownSchema = z.strictObject({
  kind: z.literal('ride.shown'),
  at: atSchema,
  driverId: idSchema,
  boot: idSchema,
  tripId: idSchema.nullable(),
  state: tripStateNameSchema.nullable(),
});

// ── followers ─────────────────────────────────────────────────────────────────────────────────────────────────────

const followerSchema = {
  userId: idSchema,
  tripId: idSchema,
  /** Numbers the follows of one person in one journal: a killed app follows again from the start, as another follower. */
  follow: countSchema,
};

/** The follower's app was given a snapshot: the start, or a gap that was announced. From here on the cursor is this one. */
const followResetSchema = z.strictObject({
  kind: z.literal('follow.reset'),
  at: atSchema,
  ...followerSchema,
  why: z.enum(['start', 'unrecoverable', 'server']),
  version: countSchema,
  epoch: countSchema,
  pos: countSchema,
  state: tripStateNameSchema,
});

/**
 * A run of positions, each announced by its `skipped`: pos − previous pos − 1 ≤ skipped. Another run begins when that does not hold, or
 * another entry of this follower lies between. The first one has pos `first` and announced `firstSkipped`; the last one has `last`.
 * Without a gap: first − firstSkipped − 1 ≤ the cursor before it.
 */
const followPositionsSchema = z.strictObject({
  kind: z.literal('follow.positions'),
  at: atSchema,
  ...followerSchema,
  epoch: countSchema,
  first: z.int().positive(),
  firstSkipped: countSchema,
  last: z.int().positive(),
  count: z.int().positive(),
  skipped: countSchema,
});

const followEventSchema = z.strictObject({
  kind: z.literal('follow.event'),
  at: atSchema,
  ...followerSchema,
  version: z.int().positive(),
  type: z.string().min(1).max(64),
  state: tripStateNameSchema,
});

/** Nothing more is followed. `done`: the trip has ended · `refused`: with the server's code · `left`: the app stopped or was killed. */
const followEndedSchema = z.strictObject({
  kind: z.literal('follow.ended'),
  at: atSchema,
  ...followerSchema,
  why: z.enum(['done', 'refused', 'left']),
  code: codeSchema.nullable(),
});

// ── uploads ───────────────────────────────────────────────────────────────────────────────────────────────────────

const uploadGrantedSchema = z.strictObject({
  kind: z.literal('upload.granted'),
  at: atSchema,
  userId: idSchema,
  documentId: idSchema,
  type: z.enum(DOCUMENT_TYPE_NAMES),
  size: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** What the file is made to be: a picture that can be cleaned, or one that must be rejected. */
  expect: z.enum(['processed', 'rejected', 'unknown']),
});

/** The answer to `complete`: 202, or a refusal. */
const uploadCompletedSchema = z.strictObject({
  kind: z.literal('upload.completed'),
  at: atSchema,
  userId: idSchema,
  documentId: idSchema,
  status: z.int().nullable(),
  jobId: z.string().max(128).nullable(),
  code: codeSchema.nullable(),
});

// ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the simulator did to a person's phone, for the reader of a violation. */
const faultSchema = z.strictObject({
  kind: z.literal('fault'),
  at: atSchema,
  userId: idSchema,
  what: z.string().min(1).max(200),
});

export const journalEntrySchema = z.discriminatedUnion('kind', [
  headerSchema,
  fixesTakenSchema,
  fixesAckedSchema,
  fixesRefusedSchema,
  bootEndedSchema,
  commandGivenSchema,
  commandEndedSchema,
  offerShownSchema,
  rideShownSchema,
  followResetSchema,
  followPositionsSchema,
  followEventSchema,
  followEndedSchema,
  uploadGrantedSchema,
  uploadCompletedSchema,
  faultSchema,
  endSchema,
]);

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type JournalKind = JournalEntry['kind'];
export type EntryOf<Kind extends JournalKind> = Extract<JournalEntry, { kind: Kind }>;
/** An entry as a person writes it: the journal adds the time, its first line and its last line. */
export type JournalNote =
  Exclude<JournalEntry, { kind: 'journal' | 'end' }> extends infer Entry
    ? Entry extends { at: number }
      ? Omit<Entry, 'at'>
      : never
    : never;
export type CommandOutcomeNote = z.infer<typeof outcomeSchema>;

/** Parses one line. @throws Error that names the line and what is wrong with it, without the line's content */
export function parseJournalLine(line: string, lineNumber: number): JournalEntry {
  if (line.length > JOURNAL_LINE_MOST)
    throw new Error(`line ${lineNumber} of the journal is longer than ${JOURNAL_LINE_MOST} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`line ${lineNumber} of the journal is not JSON`);
  }
  const parsed = journalEntrySchema.safeParse(value);
  if (!parsed.success)
    throw new Error(`line ${lineNumber} of the journal is not an entry: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
