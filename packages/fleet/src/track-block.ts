import type { BootId, DriverId, RegionId, Verdict } from '@rideline/contract';
import { VERDICTS } from '@rideline/contract';
import type { JudgedFix } from './fix-record.ts';

/** Seqs in one track document. 64 fixes of 1 Hz are a minute: small enough to rewrite, large enough to be few. */
export const BLOCK_SEQS = 64;

/** One fix inside a track document: `[t, lat, lng, speed, heading, accuracy, flags, receivedAt, verdict index]`. */
export type StoredFix = [
  t: number,
  lat: number | null,
  lng: number | null,
  speed: number | null,
  heading: number | null,
  accuracy: number | null,
  flags: number,
  receivedAt: number,
  verdict: number,
];

/**
 * `tracks`: one document per (driver, boot, block of 64 seqs). A fix is a field named by its seq, so that a fix that is
 * written again lands on itself. `tMin`/`tMax` span the fixes whose time can be believed and are absent when there is none.
 */
export interface TrackDocument {
  _id: string;
  v: 1;
  region: RegionId;
  driverId: DriverId;
  boot: BootId;
  block: number;
  tMin?: Date;
  tMax?: Date;
  /** Seqs below were given up by the phone. */
  lowest: number;
  /** Wall clock: the newest fix's receipt plus the region's retention. */
  expireAt: Date;
  f: Record<string, StoredFix>;
}

export const TRACK_VERSION = 1;

export function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK_SEQS);
}

export function trackId(driverId: DriverId, boot: BootId, block: number): string {
  return `${driverId}:${boot}:${block}`;
}

export function verdictOf(fix: StoredFix): Verdict {
  return VERDICTS[fix[8]] ?? 'range';
}

/** Ten years either way of now hold every honest clock; beyond, a time is noise and must not stretch a block's span. */
const PLAUSIBLE_MS = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };

/** Whether a fix's own time may say where its block lies in time. */
export function hasPlausibleTime(fix: StoredFix): boolean {
  const verdict = verdictOf(fix);
  return (
    verdict !== 'range' && verdict !== 'future' && fix[0] >= PLAUSIBLE_MS.from && fix[0] <= PLAUSIBLE_MS.to
  );
}

/** The stored form of a judged fix. */
export function storedFix(fix: JudgedFix, receivedAt: number): StoredFix {
  return [
    fix.t,
    fix.lat,
    fix.lng,
    fix.speed,
    fix.heading,
    fix.accuracy,
    fix.flags,
    receivedAt,
    VERDICTS.indexOf(fix.verdict),
  ];
}

/** The fixes of one track document that wait to be written. */
export interface TrackBlock {
  readonly region: RegionId;
  readonly driverId: DriverId;
  readonly boot: BootId;
  readonly block: number;
  lowest: number;
  readonly fixes: Map<number, StoredFix>;
}

/**
 * Adds a fix to a block that waits. Of two fixes with one seq the accepted one is kept, else the first: a resend that was judged
 * anew (as a duplicate of itself, say) must not hide what was already accepted.
 */
export function addToBlock(block: TrackBlock, seq: number, fix: StoredFix): void {
  const held = block.fixes.get(seq);
  if (held === undefined || (verdictOf(held) !== 'ok' && verdictOf(fix) === 'ok')) block.fixes.set(seq, fix);
}

/** A filter and an update for `updateOne`; see `blockUpsert`. */
export interface TrackWrite {
  readonly filter: Record<string, unknown>;
  readonly update: Record<string, Record<string, unknown>>;
  readonly upsert: boolean;
}

function setFields(seqs: Iterable<number>, block: TrackBlock): Record<string, StoredFix> {
  const fields: Record<string, StoredFix> = {};
  for (const seq of seqs) {
    const fix = block.fixes.get(seq);
    if (fix) fields[`f.${seq}`] = fix;
  }
  return fields;
}

function spanOf(block: TrackBlock): { times: { min?: Date; max?: Date }; receivedAt: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let receivedAt = 0;
  for (const fix of block.fixes.values()) {
    receivedAt = Math.max(receivedAt, fix[7]);
    if (!hasPlausibleTime(fix)) continue;
    min = Math.min(min, fix[0]);
    max = Math.max(max, fix[0]);
  }
  return { times: min > max ? {} : { min: new Date(min), max: new Date(max) }, receivedAt };
}

function seqsBy(block: TrackBlock, accepted: boolean): number[] {
  return [...block.fixes].filter(([, fix]) => (verdictOf(fix) === 'ok') === accepted).map(([seq]) => seq);
}

function upsertOf(
  block: TrackBlock,
  seqs: readonly number[],
  onlyIfAbsent: readonly number[],
  retentionMs: number,
): TrackWrite {
  const { times, receivedAt } = spanOf(block);
  return {
    filter: {
      _id: trackId(block.driverId, block.boot, block.block),
      ...Object.fromEntries(onlyIfAbsent.map((seq) => [`f.${seq}`, { $exists: false }])),
    },
    update: {
      $set: setFields(seqs, block),
      $setOnInsert: {
        v: TRACK_VERSION,
        region: block.region,
        driverId: block.driverId,
        boot: block.boot,
        block: block.block,
      },
      ...(times.min ? { $min: { tMin: times.min } } : {}),
      $max: {
        ...(times.max ? { tMax: times.max } : {}),
        lowest: block.lowest,
        expireAt: new Date(receivedAt + retentionMs),
      },
    },
    upsert: true,
  };
}

/**
 * The one write that stores a whole block. A refused fix never replaces what is stored under its seq, hence the filter on its
 * absence; when such a seq is there already the upsert tries to insert a second document with the same _id and fails with 11000.
 * The same error tells that another worker inserted first. Either way `blockWritesAfterConflict` settles it.
 */
export function blockUpsert(block: TrackBlock, retentionMs: number): TrackWrite {
  return upsertOf(block, [...block.fixes.keys()], seqsBy(block, false), retentionMs);
}

/** The same block as writes that cannot conflict for ever: accepted fixes at once, refused ones each only where nothing is. */
export function blockWritesAfterConflict(block: TrackBlock, retentionMs: number): TrackWrite[] {
  const accepted = seqsBy(block, true);
  const whole = upsertOf(block, accepted, [], retentionMs);
  const { $set, ...rest } = whole.update;
  const first = accepted.length > 0 ? whole : { ...whole, update: rest };
  const refused = seqsBy(block, false).map((seq) => ({
    filter: { _id: whole.filter._id, [`f.${seq}`]: { $exists: false } },
    update: { $set: setFields([seq], block) },
    upsert: false,
  }));
  return $set === undefined ? refused : [first, ...refused];
}
