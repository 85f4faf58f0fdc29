import type { BootId, DriverId, RegionId, Verdict } from '@rideline/contract';
import { TIME_BOUNDS, VERDICTS } from '@rideline/contract';
import type { JudgedFix } from '../fixes/fix-record.ts';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { StoredFix } from './track-collection.ts';

/** Seqs in one track document. 64 fixes at 1 Hz are about a minute: small enough to rewrite, large enough to keep documents few. */
export const BLOCK_SEQS = 64;

export function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK_SEQS);
}

export function trackId(driverId: DriverId, boot: BootId, block: number): string {
  return `${driverId}:${boot}:${block}`;
}

export function verdictOf(fix: StoredFix): Verdict {
  return VERDICTS[fix[8]] ?? 'range';
}

/** Whether a fix's time counts for the span of its block: times outside the bounds are noise and must not widen it. */
export function hasPlausibleTime(fix: StoredFix): boolean {
  const verdict = verdictOf(fix);
  return (
    verdict !== 'range' && verdict !== 'future' && fix[0] >= TIME_BOUNDS.fromMs && fix[0] <= TIME_BOUNDS.toMs
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

/** Fixes of one track document that are not written yet. */
export interface TrackBlock {
  readonly region: RegionId;
  readonly driverId: DriverId;
  readonly boot: BootId;
  readonly block: number;
  lowest: number;
  readonly fixes: Map<number, StoredFix>;
}

/**
 * Adds a fix to a block. Of two fixes with the same seq the first is kept: a resent fix that is judged again must not change what followers
 * saw and the phone received.
 */
export function addToBlock(block: TrackBlock, seq: number, fix: StoredFix): void {
  if (!block.fixes.has(seq)) block.fixes.set(seq, fix);
}

/** A filter and an update for `updateOne`. */
export interface TrackWrite {
  readonly filter: Record<string, unknown>;
  readonly update: Record<string, Record<string, unknown>>;
  readonly upsert: true;
}

function spanOf(fixes: Iterable<StoredFix>): { min?: Date; max?: Date; receivedAt: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let receivedAt = 0;
  for (const fix of fixes) {
    receivedAt = Math.max(receivedAt, fix[7]);
    if (!hasPlausibleTime(fix)) continue;
    min = Math.min(min, fix[0]);
    max = Math.max(max, fix[0]);
  }
  return min > max ? { receivedAt } : { min: new Date(min), max: new Date(max), receivedAt };
}

function writeOf(block: TrackBlock, seqs: readonly number[], retentionMs: number): TrackWrite {
  const fixes = seqs.map((seq) => block.fixes.get(seq) as StoredFix);
  const { min, max, receivedAt } = spanOf(fixes);
  const { region, driverId, boot } = block;
  return {
    filter: {
      _id: trackId(driverId, boot, block.block),
      ...Object.fromEntries(seqs.map((seq) => [`f.${seq}`, { $exists: false }])),
    },
    update: {
      $set: Object.fromEntries(seqs.map((seq, index) => [`f.${seq}`, fixes[index]])),
      $setOnInsert: { v: SCHEMA_VERSION, region, driverId, boot, block: block.block },
      ...(min ? { $min: { tMin: min } } : {}),
      $max: {
        ...(max ? { tMax: max } : {}),
        lowest: block.lowest,
        newestAt: new Date(receivedAt),
        expireAt: new Date(receivedAt + retentionMs),
      },
    },
    upsert: true,
  };
}

/**
 * A single write that stores a whole block if none of its seqs is stored yet. If one is, or if another worker inserts the document first,
 * the upsert tries to insert a second document with the same _id and fails with 11000: `blockRemainder` then builds the remaining write.
 */
export function blockUpsert(block: TrackBlock, retentionMs: number): TrackWrite {
  return writeOf(block, [...block.fixes.keys()], retentionMs);
}

/**
 * After 11000: the write of the seqs that the stored document does not have yet, or null when it has all. Again an upsert: if one of them
 * is stored in the meantime, it fails with 11000 again, whereas a plain update would match nothing without an error.
 */
export function blockRemainder(
  block: TrackBlock,
  stored: Readonly<Record<string, unknown>> | undefined,
  retentionMs: number,
): TrackWrite | null {
  const absent = [...block.fixes.keys()].filter((seq) => stored?.[seq] === undefined);
  return absent.length === 0 ? null : writeOf(block, absent, retentionMs);
}
