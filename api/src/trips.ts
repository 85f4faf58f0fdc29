import { CodedError, tripIdSchema, tripViewSchema } from '@rideline/contract';
import type { TripDocument } from '@rideline/fleet/models';
import type { TripDesk } from '@rideline/fleet/trip-desk';
import { viewOf } from '@rideline/fleet/trip-views';
import type { Principal } from '@rideline/platform/tokens';
import { z } from 'zod';
import { answerOf } from './dependency.ts';
import { type Route, route } from './route.ts';

/** Riders and drivers see their own trips only; that another one exists they don't learn. */
function maySee(caller: Principal, trip: TripDocument): boolean {
  const userId = String(caller.userId);
  if (caller.role === 'rider') return trip.riderId === userId;
  if (caller.role === 'driver') return trip.driverId === userId;
  return true;
}

export function tripRoutes(desk: TripDesk): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/trips/:tripId',
      summary: 'One trip, for its rider, its driver and operators.',
      access: ['rider', 'driver', 'operator', 'admin'],
      limit: 'critical',
      params: z.strictObject({ tripId: tripIdSchema }),
      answer: tripViewSchema,
      problems: ['NOT_FOUND', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ params, caller }) => {
        const trip = await answerOf('The record', desk.record.find(params.tripId));
        if (trip === null || !maySee(caller, trip)) throw new CodedError('NOT_FOUND');
        return viewOf(trip, caller.role === 'operator' || caller.role === 'admin');
      },
    }),
  ];
}
