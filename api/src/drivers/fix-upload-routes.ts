import {
  driverIdSchema,
  fixesAnswerSchema,
  type LocationUpdate,
  locationUpdateSchema,
} from '@rideline/contract';
import type { HttpIngest } from '@rideline/fleet/tracks/http-ingest';
import { type Route, route } from '../http/route.ts';

export function driverFixesRoutes(ingest: () => Promise<HttpIngest>): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/drivers/me/fixes',
      operation: 'uploadFixes',
      summary:
        'The batch of `location:update` over HTTP, for phones whose network blocks WebSockets. Answers after the append.',
      access: ['driver'],
      limit: 'critical',
      body: locationUpdateSchema,
      answer: fixesAnswerSchema,
      problems: ['BUSY', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, caller }) => {
        // The token identifies the driver; the body does not.
        const driverId = driverIdSchema.parse(caller.userId);
        return (await ingest()).ingest(driverId, body as LocationUpdate);
      },
    }),
  ];
}
