import { createHash } from 'node:crypto';
import type { RegionId, UserId } from '@rideline/contract';

/** Where an export continues. */
export interface ExportCursor {
  /** Epoch ms, wall clock: when the first request of this export began. */
  readonly startedAtMs: number;
  /** Name of the part that is read next, `end` after the last one. */
  readonly part: string;
  /** Id of the last exported document of that part; null: none yet. */
  readonly id: string | null;
  /** Lines before the continuation. */
  readonly lines: number;
}

const LATEST_DATE_MS = 8.64e15;
/** A cursor that another person's export returned would leave out data without a trace. */
const digestOf = (region: RegionId, userId: UserId): string =>
  createHash('sha256').update(`${region}:${userId}`).digest('base64url').slice(0, 16);

/** Opaque text, at most 1,024 characters with the ids of this repository's collections. */
export function encodeExportCursor(region: RegionId, userId: UserId, cursor: ExportCursor): string {
  const { startedAtMs, part, id, lines } = cursor;
  const text = JSON.stringify([digestOf(region, userId), startedAtMs, part, id, lines]);
  return Buffer.from(text).toString('base64url');
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** @returns null when the text is no cursor of an export of this person in this region, or names none of `parts` */
export function decodeExportCursor(
  region: RegionId,
  userId: UserId,
  text: string,
  parts: readonly string[],
): ExportCursor | null {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!Array.isArray(values) || values.length !== 5) return null;
  const [digest, startedAtMs, part, id, lines] = values as unknown[];
  const isKnown = digest === digestOf(region, userId) && typeof part === 'string' && parts.includes(part);
  if (!isKnown || !isCount(startedAtMs, LATEST_DATE_MS) || !isCount(lines, Number.MAX_SAFE_INTEGER))
    return null;
  if (id !== null && typeof id !== 'string') return null;
  return { startedAtMs, part, id, lines };
}
