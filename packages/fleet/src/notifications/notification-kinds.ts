import type { NotificationKind } from '@rideline/contract';

interface KindEntry {
  /** Also send it through the push provider, which reaches a phone whose app is in the background. */
  readonly wakes: boolean;
  /** Domain ms after which it is no longer pushed; it stays in the list. */
  readonly usefulMs: number;
  /** For the app and not for the person: nothing is shown, and it is not stored. */
  readonly silent?: true;
}

const HOUR_MS = 3_600_000;
/** An offer's window is 15 s, with 2 s of grace. */
const OFFER_MS = 17_000;
/** A phone that is off is not woken minutes later: by then another wake-up is on its way, or the trip is over. */
const WAKE_MS = 60_000;

/** How each kind of notification is delivered. */
export const KINDS = {
  offer: { wakes: true, usefulMs: OFFER_MS },
  trip_matched: { wakes: true, usefulMs: HOUR_MS },
  trip_promoted: { wakes: true, usefulMs: HOUR_MS },
  driver_arrived: { wakes: true, usefulMs: HOUR_MS },
  trip_started: { wakes: false, usefulMs: HOUR_MS },
  trip_completed: { wakes: true, usefulMs: 24 * HOUR_MS },
  trip_cancelled: { wakes: true, usefulMs: 24 * HOUR_MS },
  driver_changed: { wakes: true, usefulMs: HOUR_MS },
  trip_reassigned: { wakes: true, usefulMs: 24 * HOUR_MS },
  trip_no_show: { wakes: true, usefulMs: 24 * HOUR_MS },
  no_drivers: { wakes: true, usefulMs: 24 * HOUR_MS },
  trip_failed: { wakes: true, usefulMs: 24 * HOUR_MS },
  driver_silent: { wakes: true, usefulMs: HOUR_MS },
  pickup_warning: { wakes: true, usefulMs: HOUR_MS / 6 },
  document_status: { wakes: false, usefulMs: HOUR_MS },
  document_approved: { wakes: true, usefulMs: 24 * HOUR_MS },
  document_rejected: { wakes: true, usefulMs: 7 * 24 * HOUR_MS },
  document_expiring: { wakes: true, usefulMs: 24 * HOUR_MS },
  document_expired: { wakes: true, usefulMs: 7 * 24 * HOUR_MS },
  wake: { wakes: true, usefulMs: WAKE_MS, silent: true },
} as const satisfies Record<NotificationKind, KindEntry>;

export const isSilent = (kind: NotificationKind): boolean => (KINDS[kind] as KindEntry).silent === true;

/** Whether a notification created at `createdAt` (epoch ms, domain clock) is still worth a push. */
export function isUseful(kind: NotificationKind, createdAt: number, domainMs: number): boolean {
  return domainMs - createdAt <= KINDS[kind].usefulMs;
}
