import { ERRORS, errorCodeSchema } from '@rideline/contract';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';

const errorListSchema = z.partialRecord(
  errorCodeSchema,
  z.object({ status: z.int(), retry: z.string(), text: z.string() }),
);

/** Where the `type` of every problem points to. */
export const errorRoutes: Route[] = [
  route({
    method: 'get',
    path: '/v1/errors',
    summary: 'The closed list of error codes: status, whether trying again helps, text.',
    access: 'public',
    limit: 'standard',
    answer: errorListSchema,
    handle: () => ERRORS,
  }),
];
