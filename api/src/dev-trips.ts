import { closeTripSchema, importTripSchema, tripIdSchema, tripViewSchema } from '@rideline/contract';
import type { TripDesk } from '@rideline/fleet/trip-desk';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trip-import';
import { viewOf } from '@rideline/fleet/trip-views';
import { z } from 'zod';
import { answerOf } from './dependency.ts';
import { type Route, route } from './route.ts';

const RECORD = 'The record';

/** Trips of a replayed trace, opened and closed as they really were. Development only: production does not declare them. */
export function devTripRoutes(desk: TripDesk): Route[] {
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
      handle: async ({ body }) => viewOf(await answerOf(RECORD, () => openImportedTrip(desk, body)), true),
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
        viewOf(await answerOf(RECORD, () => closeImportedTrip(desk, params.tripId, body.at)), true),
    }),
  ];
}
