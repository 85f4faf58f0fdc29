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

/** Whom the trip is for: the caller, or whom an operator took the call of. */
function riderOf(caller: Principal, riderId: RiderId | undefined): RiderId {
  if (!isStaff(caller)) {
    if (riderId === undefined) return String(caller.userId) as RiderId;
    throw invalid('body.riderId', 'for operators only');
  }
  if (riderId === undefined) throw invalid('body.riderId', 'whom is the trip for?');
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
      summary:
        "Asks for a trip. Its id is the client's: a repeat answers the same trip with 200. Answered at once as `searching` or `scheduled`.",
      access: ['rider', 'operator', 'admin'],
      limit: 'critical',
      body: createTripSchema,
      status: 201,
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
