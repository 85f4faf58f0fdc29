/** Days before the end of a document's validity at which the owner is reminded. */
export const REMINDER_DAYS = [30, 15, 1] as const;

const DAY_MS = 86_400_000;

/** The step that is due for the validity of an approved document. */
export type ExpiryStep =
  | { readonly due: 'end_validity' }
  | { readonly due: 'reminder'; readonly days: (typeof REMINDER_DAYS)[number]; readonly next: number }
  /** Nothing is due; check again at `next`, epoch ms. */
  | { readonly due: 'nothing'; readonly next: number };

/**
 * The step due at `nowMs` for a document approved at `approvedAt` and valid until `validUntil` (epoch ms, wall clock). Reminders before the
 * approval are left out; of several missed reminders only the last is due.
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
