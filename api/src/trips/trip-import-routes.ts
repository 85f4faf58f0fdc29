import { closeTripSchema, importTripSchema, tripIdSchema, tripViewSchema } from '@rideline/contract';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trips/trip-import';
import { viewOf } from '@rideline/fleet/trips/trip-views';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import type { TripParts } from './trip-access.ts';

/** Trips of a replayed trace, opened and closed at their original times. Development only: production does not declare these routes. */
export function devTripRoutes({ mongo, tripStore }: Pick<TripParts, 'mongo' | 'tripStore'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/dev/trips',
      operation: 'importTrip',
      summary:
        'Opens a trip with its driver already assigned (development only). Repeats answer the same trip.',
      access: ['operator', 'admin'],
      limit: 'standard',
      body: importTripSchema,
      status: 201,
      idempotent: true,
      answer: tripViewSchema,
      problems: ['CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body }) => viewOf(await mongo.call(() => openImportedTrip(tripStore, body)), true),
    }),
    route({
      method: 'post',
      path: '/v1/dev/trips/:tripId/close',
      operation: 'closeImportedTrip',
      summary: 'Ends an imported trip (development only). Repeats answer the ended trip.',
      access: ['operator', 'admin'],
      limit: 'standard',
      params: z.strictObject({ tripId: tripIdSchema }),
      body: closeTripSchema,
      answer: tripViewSchema,
      problems: ['NOT_FOUND', 'ILLEGAL_TRANSITION', 'CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ params, body }) =>
        viewOf(await mongo.call(() => closeImportedTrip(tripStore, params.tripId, body.at)), true),
    }),
  ];
}
