import { LIMITS, type LocationUpdate, OUTSIDE_ID, SEQ_MAX, type WireFix } from '@rideline/contract';

const MIN_MEMBERS = 4;
const MAX_TEXT_LENGTH = 32;

const isSeq = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= SEQ_MAX;

function isAllowedMember(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH);
}

function isFix(value: unknown): value is WireFix {
  if (!Array.isArray(value) || value.length < MIN_MEMBERS || !isSeq(value[0])) return false;
  for (let member = 1; member < value.length; member++) {
    if (!isAllowedMember(value[member])) return false;
  }
  return true;
}

function hasOnlyKnownKeys(frame: object): boolean {
  for (const key in frame) {
    if (key !== 'boot' && key !== 'fixes' && key !== 'lowest') return false;
  }
  return true;
}

/**
 * Whether a message matches `locationUpdateSchema`. Written by hand because it runs for every frame of every phone, and the schema takes
 * several times as long. tests/property/location-frame.test.ts checks that both give the same answer.
 */
export function isLocationUpdate(message: unknown): message is LocationUpdate {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return false;
  const { boot, fixes, lowest } = message as Record<string, unknown>;
  if (typeof boot !== 'string' || !OUTSIDE_ID.test(boot)) return false;
  if (lowest !== undefined && !isSeq(lowest)) return false;
  if (!Array.isArray(fixes) || fixes.length < 1 || fixes.length > LIMITS.fixesPerFrame) return false;
  for (const fix of fixes) {
    if (!isFix(fix)) return false;
  }
  return hasOnlyKnownKeys(message);
}
