import { ERRORS, errorCodeSchema } from '@rideline/contract';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';

const errorListSchema = z.partialRecord(
  errorCodeSchema,
  z.object({ status: z.int(), retry: z.string(), text: z.string() }),
);

/** Target of the `type` of every problem. */
export const errorRoutes: Route[] = [
  route({
    method: 'get',
    path: '/v1/errors',
    operation: 'listErrorCodes',
    summary: 'The closed list of error codes: status, retry advice, text.',
    access: 'public',
    limit: 'standard',
    answer: errorListSchema,
    handle: () => ERRORS,
  }),
];
