import type { Clock } from '@rideline/platform/process/clock';
import { openOffers, type TripCore, unreachable } from './trip.ts';
import { TRIP_RULES } from './trip-rules.ts';

/** How often a trip that waits for its driver's ride to end is looked at, domain ms: the relay of that end is what promotes it. */
const QUEUED_LOOK_MS = 30_000;

/**
 * When somebody has to look at a trip for its own sake, epoch ms on the domain clock; null when nothing is due by time alone. What has to
 * be done then says `dueStep`.
 */
export function dueAt(trip: TripCore, searchBudgetMs: number): number | null {
  const { state } = trip;
  switch (state.name) {
    case 'scheduled':
      return state.pickupAt - TRIP_RULES.scheduledLeadMs;
    case 'searching':
      return state.since + searchBudgetMs;
    case 'offered':
      return Math.min(...openOffers(trip).map(({ expiresAt }) => expiresAt + TRIP_RULES.offerGraceMs));
    case 'accepted':
      return trip.slot === 'queued' ? state.acceptedAt + QUEUED_LOOK_MS : null;
    case 'arrived':
    case 'in_progress':
    case 'at_stop':
    case 'completed':
    case 'cancelled':
    case 'no_show':
    case 'no_drivers':
    case 'failed':
      return null;
    default:
      return unreachable(state);
  }
}

/** What is due of a trip at `at`, domain ms; null when nothing is. */
export function dueStep(
  trip: TripCore,
  at: number,
  searchBudgetMs: number,
): 'release' | 'give_up' | 'expire' | 'promote' | null {
  const due = dueAt(trip, searchBudgetMs);
  if (due === null || at < due) return null;
  switch (trip.state.name) {
    case 'scheduled':
      return 'release';
    case 'searching':
      return 'give_up';
    case 'offered':
      return 'expire';
    case 'accepted':
      return 'promote';
    default:
      return null;
  }
}

/** The wall instant of a domain instant. */
export function wallInstant(clock: Clock, domainMs: number): Date {
  return new Date(clock.wallMs() + (domainMs - clock.domainMs()) / clock.rate);
}
