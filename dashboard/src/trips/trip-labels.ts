import type { CandidateReason, TripEvent } from '@rideline/contract';

export const REASON_WORDS: Readonly<Record<CandidateReason, string>> = {
  offered: 'Has the offer',
  accepted: 'Accepted',
  declined: 'Declined',
  expired: 'Let it pass',
  undelivered: 'Could not be reached',
  revoked: 'Another was faster',
  barred: 'Asked before',
  stale: 'Not heard of lately',
  busy: 'On another trip',
  on_offer: 'Held another offer',
  wrong_tier: 'Lower tier than asked for',
  documents_lacking: 'A document is missing or has run out',
  too_far: 'Too far away',
  unreachable: 'Not heard of since an offer was lost',
  not_nearest: 'Enough others were nearer',
  lost_to_other: 'Another was the better one',
  assigned_elsewhere: 'Better for another trip',
  claim_failed: 'Taken a moment before',
};

const EVENT_WORDS: Readonly<Record<string, string>> = {
  requested: 'Asked for',
  scheduled: 'Asked for later',
  released: 'Search began',
  offered: 'Offered',
  declined: 'Declined',
  lapsed: 'Offer passed',
  accepted: 'Accepted',
  promoted: "Became the driver's ride",
  arrived: 'Driver arrived',
  started: 'Started',
  paused: 'Paused',
  stop_reached: 'Reached a stop',
  resumed: 'Went on',
  completed: 'Completed',
  cancelled: 'Cancelled',
  driver_cancelled: 'Given back by the driver',
  reassigned: 'Taken off the driver',
  no_show: 'Rider did not come',
  no_drivers: 'No driver found',
  failed: 'Failed',
  imported: 'Imported',
};

/** An event in words; one of a newer server by its own name. */
export function eventWords({ type, data, actor }: TripEvent): string {
  const words = EVENT_WORDS[type] ?? type.replaceAll('_', ' ');
  const who = typeof data.driverId === 'string' ? ` by ${data.driverId}` : '';
  const by = type === 'cancelled' ? ` by the ${actor}` : '';
  const attempt = type === 'offered' && typeof data.attempt === 'number' ? ` (${data.attempt})` : '';
  return `${words}${attempt}${who}${by}`;
}

export function eventReason({ data }: TripEvent): string | null {
  return typeof data.reason === 'string' ? data.reason : null;
}
