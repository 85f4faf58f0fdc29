import { CodedError, type TripStatus } from '@rideline/contract';
import { SlotTaken } from '@rideline/fleet/trips/trip-store';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { GatewayMetrics } from '../metrics.ts';

/** Ms that a command waits for MongoDB. Its outcome is then unknown; its command id makes a repeat harmless. */
const MONGO_WAIT_MS = 5000;
const RETRY_MS = 1000;

/** Turns a failed call into a coded error: UNAVAILABLE when a server does not answer, CONFLICT when the rider or driver is on another trip. */
export async function orUnavailable<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    if (cause instanceof SlotTaken) throw cause.toConflict();
    throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: RETRY_MS, cause });
  }
}

/**
 * Runs a trip command in bounded time; counts it by command and outcome.
 * @throws CodedError as `orUnavailable` does; UNAVAILABLE says that the command's effect is unknown
 */
export async function callTrip(
  command: string,
  call: () => Promise<TripStatus>,
  metrics: GatewayMetrics,
): Promise<TripStatus> {
  try {
    const status = await orUnavailable(withinMs(call(), MONGO_WAIT_MS));
    metrics.trip_commands_total.inc({ command, outcome: 'ok' });
    return status;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    metrics.trip_commands_total.inc({ command, outcome: error.code });
    // The write may have reached MongoDB, and may still be done when MongoDB is back.
    throw error.code === 'UNAVAILABLE' ? error.withEffect('unknown') : error;
  }
}
