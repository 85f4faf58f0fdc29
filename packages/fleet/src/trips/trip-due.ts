import { TIME_BOUNDS } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import { openOffers, type TripCore, unreachable } from './trip.ts';
import { TRIP_RULES } from './trip-rules.ts';
import { type SilenceTimes, silenceCheckAt } from './trip-silence.ts';

/** Interval of checks of a queued trip, domain ms; normally the relay promotes it when the ride before it ends. */
const QUEUED_CHECK_MS = 30_000;

/** Settings of due times, domain ms. */
export interface DueTimes {
  readonly searchBudgetMs: number;
  readonly silence: SilenceTimes;
}

/**
 * When the next step of a trip is due by time alone, epoch ms on the domain clock; null when it has ended. Every other state has one, so that
 * no trip depends on a phone to end. `dueStep` returns the step.
 */
export function dueAt(trip: TripCore, { searchBudgetMs, silence }: DueTimes): number | null {
  const { state } = trip;
  switch (state.name) {
    case 'scheduled':
      return state.pickupAt - TRIP_RULES.scheduledLeadMs;
    case 'searching':
      return state.since + searchBudgetMs;
    case 'offered':
      return Math.min(...openOffers(trip).map(({ expiresAt }) => expiresAt + TRIP_RULES.offerGraceMs));
    case 'accepted':
      return trip.slot === 'queued'
        ? Math.max(state.acceptedAt, trip.silence?.steppedAt ?? 0) + QUEUED_CHECK_MS
        : silenceCheckAt(trip, silence);
    case 'arrived':
    case 'in_progress':
    case 'at_stop':
      return silenceCheckAt(trip, silence);
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

export type DueStep = 'release' | 'give_up' | 'expire' | 'promote' | 'check_driver';

/** The step of a trip that is due at `at`, domain ms; null when none is. */
export function dueStep(trip: TripCore, at: number, times: DueTimes): DueStep | null {
  const due = dueAt(trip, times);
  if (due === null || at < due) return null;
  switch (trip.state.name) {
    case 'scheduled':
      return 'release';
    case 'searching':
      return 'give_up';
    case 'offered':
      return 'expire';
    case 'accepted':
      return trip.slot === 'queued' ? 'promote' : 'check_driver';
    default:
      return 'check_driver';
  }
}

/**
 * The wall instant of a domain instant. An instant that no Date can hold, of a trip stored before times had bounds, is the latest one: MongoDB
 * would store an invalid Date as one that is always due.
 */
export function wallInstant(clock: Clock, domainMs: number): Date {
  const wallMs = clock.wallMs() + (domainMs - clock.domainMs()) / clock.rate;
  return new Date(Math.min(wallMs, TIME_BOUNDS.toMs));
}
