import { z } from 'zod';

/**
 * Earliest and latest time that a request may name, epoch ms. Anything outside is a wrong unit or a broken clock. Beyond 8.64e15 ms no Date
 * exists: such a time can be stored and never be written down again, so that every list with it fails.
 */
export const TIME_BOUNDS = { fromMs: Date.UTC(2000, 0, 1), toMs: Date.UTC(2100, 0, 1) } as const;

/** A time that the server sends, epoch ms. */
export const epochMs = z.int().nonnegative();

/** A time in a message of a client, epoch ms. */
export const requestMs = z.int().min(TIME_BOUNDS.fromMs).max(TIME_BOUNDS.toMs);

/** A time that the server sends over REST: ISO 8601 in UTC. On sockets times are epoch ms. */
export const isoTime = z.iso.datetime();

/**
 * A time as programs print it: any offset (`+00:00`, `+0530`, or with its plus sign read as a blank, which is what an unescaped one is in a
 * query string), digits of nanoseconds, no seconds, a blank for the T, or a day alone, which means its first moment in UTC.
 */
const PRINTED = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(?:[Zz]|([+\- ])(\d\d):?(\d\d)))?$/;

/** The same time in the one form that is compared and stored; text that is no time stays as it is. */
function inUtc(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [, day, minutes = '00:00', seconds = ':00', fraction = '', sign = '+', hours = '00', rest = '00'] =
    PRINTED.exec(value) ?? [];
  if (day === undefined) return value;
  const offset = `${sign === ' ' ? '+' : sign}${hours}:${rest}`;
  const at = Date.parse(`${day}T${minutes}${seconds}${fraction}${offset}`);
  // Date.parse reads 31 February as 3 March.
  return Number.isNaN(at) || !z.iso.date().safeParse(day).success ? value : new Date(at).toISOString();
}

/** A time in a REST request: `requestMs` as ISO 8601. It is read as UTC. */
export const requestTime = z.preprocess(
  inUtc,
  isoTime.refine((text) => {
    const at = Date.parse(text);
    return at >= TIME_BOUNDS.fromMs && at <= TIME_BOUNDS.toMs;
  }, 'must be between 2000-01-01 and 2100-01-01'),
);

/** A calendar day in a REST request, `2027-02-28`: which moments it has depends on the zone of the region. */
export const requestDay = z.iso
  .date()
  .refine(
    (day) => requestTime.safeParse(`${day}T00:00:00Z`).success,
    'must be between 2000-01-01 and 2100-01-01',
  );

/** @param time a Date, or epoch ms */
export const toIsoTime = (time: Date | number): string => new Date(time).toISOString();

export const toIsoTimeOrNull = (time: Date | number | null | undefined): string | null =>
  time === null || time === undefined ? null : toIsoTime(time);
