import {
  backgroundUploadSchema,
  CodedError,
  driverIdSchema,
  fixesAnswerSchema,
  type LocationUpdate,
  locationUpdateSchema,
  type RegionId,
} from '@rideline/contract';
import { frameOfUpload } from '@rideline/fleet/tracks/background-upload';
import type { HttpIngest } from '@rideline/fleet/tracks/http-ingest';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';

export function driverFixesRoutes(parts: {
  readonly ingest: () => Promise<HttpIngest>;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/drivers/me/fixes',
      operation: 'uploadFixes',
      summary:
        'The batch of `location:update` over HTTP, for phones whose network blocks WebSockets, or an upload of react-native-background-geolocation. Answers after the append.',
      access: ['driver'],
      limit: 'critical',
      body: z.union([locationUpdateSchema, backgroundUploadSchema]),
      answer: fixesAnswerSchema,
      problems: ['BUSY', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, caller }) => {
        // The token identifies the driver; the body does not.
        const driverId = driverIdSchema.parse(caller.userId);
        const ingest = await parts.ingest();
        if (!('location' in body)) return ingest.ingest(driverId, body as LocationUpdate);
        const frame = await frameOfUpload(parts, driverId, body).catch((cause: unknown) => {
          throw new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 1000, cause });
        });
        return ingest.ingest(driverId, frame);
      },
    }),
  ];
}
