import { closeTripSchema, importTripSchema, tripIdSchema, tripViewSchema } from '@rideline/contract';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trips/trip-import';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { viewOf } from '@rideline/fleet/trips/trip-views';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { answerOf } from '../process/dependency.ts';

const RECORD = 'The record';

/** Trips of a replayed trace, opened and closed as they really were. Development only: production does not declare them. */
export function devTripRoutes(tripStore: TripStore): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/dev/trips',
      summary:
        'Opens a trip that its driver is already on (development only). Repeated, it answers the same trip.',
      access: ['operator', 'admin'],
      limit: 'standard',
      body: importTripSchema,
      status: 201,
      idempotent: true,
      answer: tripViewSchema,
      problems: ['CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body }) =>
        viewOf(await answerOf(RECORD, () => openImportedTrip(tripStore, body)), true),
    }),
    route({
      method: 'post',
      path: '/v1/dev/trips/:tripId/close',
      summary: 'Ends an imported trip (development only). Repeated, it answers the ended trip.',
      access: ['operator', 'admin'],
      limit: 'standard',
      params: z.strictObject({ tripId: tripIdSchema }),
      body: closeTripSchema,
      answer: tripViewSchema,
      problems: ['NOT_FOUND', 'ILLEGAL_TRANSITION', 'CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ params, body }) =>
        viewOf(await answerOf(RECORD, () => closeImportedTrip(tripStore, params.tripId, body.at)), true),
    }),
  ];
}
