import {
  CodedError,
  driverHealthQuerySchema,
  driverHealthSchema,
  driverIdSchema,
  LIMITS,
  type RegionId,
} from '@rideline/contract';
import { readDriverHealth } from '@rideline/fleet/health/driver-health';
import type { Database } from '@rideline/fleet/store/database';
import type { Clock } from '@rideline/platform/process/clock';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';
import { historyReaders } from './history-readers.ts';
import { mayRead } from './history-routes.ts';

/** Read at once by this process: each decodes a day of fixes. */
const READERS = { places: 3, reserved: 0, waiting: 40, waitMs: 2000 };

/** The window: until `to`, or now, and from `from`, or a day before. @throws CodedError VALIDATION when it is empty or longer than a day */
function windowOf(query: z.output<typeof driverHealthQuerySchema>, nowMs: number) {
  const toMs = Math.min(nowMs, query.to === undefined ? nowMs : Date.parse(query.to));
  const fromMs = query.from === undefined ? toMs - LIMITS.healthWindowMs : Date.parse(query.from);
  const wrong =
    fromMs >= toMs
      ? 'must be before to and now'
      : toMs - fromMs > LIMITS.healthWindowMs
        ? 'at most a day before to'
        : null;
  if (wrong !== null)
    throw new CodedError('VALIDATION', undefined, { issues: [{ path: 'query.from', message: wrong }] });
  return { fromMs, toMs };
}

export function driverHealthRoutes(parts: {
  readonly mongo: Dependency;
  readonly db: Database;
  readonly region: RegionId;
  readonly clock: Clock;
}): Route[] {
  const { mongo, db, region, clock } = parts;
  const inSlot = historyReaders(READERS);
  return [
    route({
      method: 'get',
      path: '/v1/drivers/:driverId/health',
      operation: 'getDriverHealth',
      summary:
        "How well a driver was tracked in a window of at most a day: the tracking rate, every outage with its reason, and the phone's newest report.",
      access: ['operator', 'admin', 'driver'],
      limit: 'standard',
      params: z.strictObject({ driverId: driverIdSchema }),
      query: driverHealthQuerySchema,
      answer: driverHealthSchema,
      problems: ['NOT_FOUND', 'BUSY', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ params: { driverId }, query, caller, signal }) => {
        mayRead(caller, driverId);
        const window = { region, driverId, ...windowOf(query, clock.domainMs()) };
        return inSlot(() =>
          readDriverHealth(db, window, (work) => {
            signal.throwIfAborted();
            return mongo.read(work);
          }),
        );
      },
    }),
  ];
}
