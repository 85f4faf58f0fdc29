import type { CandidateReason, TripEvent } from '@rideline/contract';

export const CANDIDATE_REASON_LABELS: Readonly<Record<CandidateReason, string>> = {
  offered: 'Offered',
  accepted: 'Accepted',
  declined: 'Declined',
  expired: 'Offer expired',
  undelivered: 'Offer not delivered',
  revoked: 'Revoked, another driver accepted',
  barred: 'Excluded by an earlier offer or cancellation',
  stale: 'No recent fix',
  busy: 'On another trip',
  on_offer: 'Has another open offer',
  wrong_tier: 'Lower tier than requested',
  documents_lacking: 'A document is missing or expired',
  too_far: 'Too far away',
  unreachable: 'No route to the pick-up',
  not_nearest: 'Enough nearer candidates',
  lost_to_other: 'Lost to a better candidate',
  assigned_elsewhere: 'Better match for another trip',
  claim_failed: 'Claimed by another matcher first',
  offer_limit: 'Too many offers in the last minute',
  cooling_down: 'Cancelled or declined with this rider just now',
};

const EVENT_LABELS: Readonly<Record<string, string>> = {
  requested: 'Requested',
  scheduled: 'Scheduled',
  released: 'Search started',
  offered: 'Offered',
  declined: 'Declined',
  lapsed: 'Offer expired',
  accepted: 'Accepted',
  promoted: "Became the driver's current trip",
  arrived: 'Driver arrived',
  started: 'Started',
  paused: 'Paused',
  stop_reached: 'Reached a stop',
  resumed: 'Resumed',
  completed: 'Completed',
  cancelled: 'Cancelled',
  driver_cancelled: 'Cancelled by the driver',
  reassigned: 'Reassigned',
  driver_silent: 'Driver silent',
  driver_heard: 'Driver heard again',
  fare_reviewed: 'Fare reviewed',
  no_show: 'Rider did not show up',
  no_drivers: 'No driver found',
  failed: 'Failed',
  imported: 'Imported',
};

const ACTION_LABELS: Readonly<Record<string, string>> = {
  'trip.cancel': 'Cancelled',
  'trip.reassign': 'Reassigned',
  'trip.fare_review': 'Fare reviewed',
};

/** The label of an operator's action; an action of a newer server is shown by its own name. */
export function actionLabel(action: string): string {
  return ACTION_LABELS[action] ?? action;
}

/** The label of an event; an event of a newer server is shown by its own name. */
export function eventLabel({ type, data, actor }: TripEvent): string {
  const words = EVENT_LABELS[type] ?? type.replaceAll('_', ' ');
  const who = typeof data.driverId === 'string' ? ` by ${data.driverId}` : '';
  const by = type === 'cancelled' ? ` by the ${actor}` : '';
  const attempt = type === 'offered' && typeof data.attempt === 'number' ? ` (${data.attempt})` : '';
  return `${words}${attempt}${who}${by}`;
}

export function eventReason({ data }: TripEvent): string | null {
  return typeof data.reason === 'string' ? data.reason : null;
}
