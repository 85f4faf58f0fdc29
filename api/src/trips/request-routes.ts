import {
  CodedError,
  createTripSchema,
  type RiderId,
  tripRequestSchema,
  tripStatusSchema,
} from '@rideline/contract';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { type Route, route } from '../http/route.ts';
import { parsePart } from '../http/validation.ts';
import { isStaff, type TripParts, tripCall } from './trip-access.ts';

/** The rider of the trip: the caller, or the rider named by an operator who took the call. */
function riderOf(caller: Principal, riderId: RiderId | undefined): RiderId {
  if (!isStaff(caller)) {
    if (riderId === undefined) return String(caller.userId) as RiderId;
    throw invalid('body.riderId', 'may be set by operators only');
  }
  if (riderId === undefined) throw invalid('body.riderId', 'is required');
  return riderId;
}

function invalid(path: string, message: string): CodedError {
  return new CodedError('VALIDATION', undefined, { issues: [{ path, message }] });
}

export function tripRequestRoutes({ mongo, tripStore }: TripParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/trips',
      operation: 'requestTrip',
      summary:
        'Requests a trip. The client chooses its id: a repeat answers the same trip with 200. Answers at once as `searching` or `scheduled`.',
      access: ['rider', 'operator', 'admin'],
      limit: 'critical',
      body: createTripSchema,
      status: 201,
      otherStatuses: { 200: 'A repeat: the trip was requested before.' },
      idempotent: true,
      answer: tripStatusSchema,
      problems: ['CONFLICT', 'KEY_REUSED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, caller, setStatus, setHeader }) => {
        const { riderId, scheduledAt, ...wish } = body;
        const request = parsePart('body', tripRequestSchema, {
          ...wish,
          ...(scheduledAt === undefined ? {} : { scheduledAt: Date.parse(scheduledAt) }),
        });
        const asked = await tripCall(mongo, () => requestTrip(tripStore, riderOf(caller, riderId), request));
        setHeader('Location', `/v1/trips/${request.tripId}`);
        if (!asked.created) setStatus(200);
        return asked.status;
      },
    }),
  ];
}
