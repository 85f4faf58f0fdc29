import { type TripCore, unreachable } from './trip.ts';

/**
 * How long the phone of a trip's driver may be silent (no fix received, no connection) before each step. Domain ms from when the driver was
 * last heard; each value is at least the one before.
 */
export interface SilenceTimes {
  /** Operators see it. */
  readonly silentMs: number;
  /** Before the ride: the trip is searched again without this driver. */
  readonly reassignMs: number;
  /** During the ride: the rider may end it. */
  readonly riderEndsMs: number;
  /** During the ride: it ends by itself. */
  readonly endsMs: number;
}

/** Assumptions: docs/decisions/0148-rides-whose-driver-is-silent.md. */
export const SILENCE_TIMES: SilenceTimes = {
  silentMs: 180_000,
  reassignMs: 300_000,
  riderEndsMs: 600_000,
  endsMs: 7_200_000,
};

/** Interval of checks of a silent driver, domain ms: each step needs a check in which the driver is still silent. */
const LONGEST_CHECK_MS = 60_000;
const CHECKS_BEFORE_SILENT = 3;

export function silenceCheckMs({ silentMs }: SilenceTimes): number {
  return Math.min(LONGEST_CHECK_MS, Math.ceil(silentMs / CHECKS_BEFORE_SILENT));
}

export type SilenceStep = 'raise' | 'reassign' | 'let_rider_end' | 'end';

/** When the driver of a trip was last heard, as far as the trip knows, domain ms; null without a driver. */
export function lastHeardAt({ state, heardAt = 0 }: TripCore): number | null {
  switch (state.name) {
    case 'accepted':
      return Math.max(heardAt, state.acceptedAt);
    case 'arrived':
      return Math.max(heardAt, state.reportedAt ?? state.arrivedAt);
    case 'in_progress':
      return Math.max(heardAt, state.startedAt);
    case 'at_stop':
      return Math.max(heardAt, state.stoppedAt);
    case 'scheduled':
    case 'searching':
    case 'offered':
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

/** The next step of the silence of a trip's driver, and when it is due if the driver stays silent, domain ms; null without a driver. */
function nextStep(trip: TripCore, times: SilenceTimes): { step: SilenceStep; at: number } | null {
  const heardAt = lastHeardAt(trip);
  if (heardAt === null) return null;
  const { silence } = trip;
  if (silence === undefined) return { step: 'raise', at: heardAt + times.silentMs };
  // A step follows the one before it, not the last sign of life: after an outage of the system, in which nobody was heard, all phones get
  // the same time to connect again.
  const after = (fromMs: number, toMs: number) =>
    Math.max(silence.steppedAt + Math.max(toMs - fromMs, silenceCheckMs(times)), heardAt + times.silentMs);
  const isRide = trip.state.name === 'in_progress' || trip.state.name === 'at_stop';
  if (!isRide) return { step: 'reassign', at: after(times.silentMs, times.reassignMs) };
  return silence.riderMayEnd
    ? { step: 'end', at: after(times.riderEndsMs, times.endsMs) }
    : { step: 'let_rider_end', at: after(times.silentMs, times.riderEndsMs) };
}

/** The step that is due at `at`; null when none is. */
export function silenceStep(trip: TripCore, at: number, times: SilenceTimes): SilenceStep | null {
  const next = nextStep(trip, times);
  return next !== null && at >= next.at ? next.step : null;
}

/**
 * When the driver of a trip must be checked next, domain ms; null without a driver. During a silence more often than steps are due: the
 * driver may come back.
 */
export function silenceCheckAt(trip: TripCore, times: SilenceTimes): number | null {
  const next = nextStep(trip, times);
  if (next === null || trip.silence === undefined) return next?.at ?? null;
  return Math.min(next.at, trip.silence.steppedAt + silenceCheckMs(times));
}
