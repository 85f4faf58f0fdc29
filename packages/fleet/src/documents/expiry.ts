/** Days before its end at which the owner of a document is reminded. */
export const REMINDER_DAYS = [30, 15, 1] as const;

const DAY_MS = 86_400_000;

/** What is due of the validity of an approved document. */
export type ExpiryStep =
  | { readonly due: 'end_validity' }
  | { readonly due: 'reminder'; readonly days: (typeof REMINDER_DAYS)[number]; readonly next: number }
  /** Nothing yet: to be looked at again at `next`, epoch ms. */
  | { readonly due: 'nothing'; readonly next: number };

/**
 * What is due at `nowMs` of a document that was approved at `approvedAt` and ends at `validUntil` (epoch ms, wall clock). A mark that lay
 * behind it when it was approved is none; of several that were passed unseen only the last counts.
 */
export function expiryStep(approvedAt: number, validUntil: number, nowMs: number): ExpiryStep {
  if (nowMs >= validUntil) return { due: 'end_validity' };
  const marks = REMINDER_DAYS.map((days) => ({ days, at: validUntil - days * DAY_MS })).filter(
    ({ at }) => at > approvedAt,
  );
  const next = Math.min(validUntil, ...marks.filter(({ at }) => at > nowMs).map(({ at }) => at));
  const passed = marks.findLast(({ at }) => at <= nowMs);
  return passed ? { due: 'reminder', days: passed.days, next } : { due: 'nothing', next };
}
