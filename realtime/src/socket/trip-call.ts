import { CodedError, type TripStatus } from '@rideline/contract';
import { PlaceTaken } from '@rideline/fleet/trips/trip-store';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import { withinMs } from '@rideline/platform/overload/deadline';

/** Ms that a command waits for the record. Its outcome is then unknown; its id makes the repeat harmless. */
const RECORD_MS = 5000;
const RETRY_MS = 1000;

/** A call to the record that its caller hears of in bounded time: UNAVAILABLE when the record does not answer, CONFLICT for a taken place. */
export async function orUnavailable<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    if (cause instanceof PlaceTaken)
      throw new CodedError(
        'CONFLICT',
        `the ${cause.who === 'rider_busy' ? 'rider' : 'driver'} is on another trip`,
      );
    throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: RETRY_MS, cause });
  }
}

/** The same for a command, counted by what it was and how it came out. */
export async function callTrip(
  command: string,
  call: () => Promise<TripStatus>,
  metrics: Metrics,
): Promise<TripStatus> {
  try {
    const status = await orUnavailable(withinMs(call(), RECORD_MS));
    metrics.trip_commands_total.inc({ command, outcome: 'ok' });
    return status;
  } catch (error) {
    const outcome = error instanceof CodedError ? error.code : 'INTERNAL';
    metrics.trip_commands_total.inc({ command, outcome });
    throw error;
  }
}
