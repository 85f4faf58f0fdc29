import { healthSchema } from '@rideline/contract';
import type { Health } from '@rideline/platform/process/health';
import { type Route, route } from '../http/route.ts';

/** Health on the public port, for the balancer. A lost Redis or Mongo makes it `degraded`, never unready (SPEC DEG). */
export function healthRoutes(health: Health): Route[] {
  return [
    route({
      method: 'get',
      path: '/health/live',
      operation: 'getLiveness',
      summary: 'The process runs and its event loop responds.',
      access: 'public',
      limit: 'none',
      answer: healthSchema,
      handle: () => ({ ...health.answer(), status: 'ok' as const, reasons: [] }),
    }),
    route({
      method: 'get',
      path: '/health/ready',
      operation: 'getReadiness',
      summary:
        'The process accepts requests: listening, not draining, event loop not lagging; 503 otherwise.',
      access: 'public',
      limit: 'none',
      otherStatuses: { 503: 'The process does not accept requests: it starts, drains or lags.' },
      answer: healthSchema,
      handle: ({ setStatus }) => {
        if (!health.isReady()) setStatus(503);
        return health.answer();
      },
    }),
    route({
      method: 'get',
      path: '/health',
      operation: 'getHealth',
      summary: 'Degraded servers, and missing processes of the region, each with its reason.',
      access: 'public',
      limit: 'none',
      answer: healthSchema,
      handle: () => health.answer(),
    }),
  ];
}
