import { serverTimeSchema } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import { type Route, route } from '../http/route.ts';

export function timeRoutes(clock: Clock): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/time',
      operation: 'getTime',
      summary: "The server's domain clock, for phones that report over HTTP.",
      access: 'public',
      limit: 'standard',
      answer: serverTimeSchema,
      handle: () => ({ domainMs: clock.domainMs(), wallMs: clock.wallMs(), rate: clock.rate }),
    }),
  ];
}
