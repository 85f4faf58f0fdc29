import type { Cache } from '@rideline/platform/cache/cache';
import type { LimitPoints } from '@rideline/platform/limits/request-limits';
import type { Route } from '../http/route.ts';
import type { AdminParts } from './admin-parts.ts';
import { auditRoutes } from './audit-routes.ts';
import { batchRoutes } from './batch-routes.ts';
import { boardSessionRoutes } from './board-routes.ts';
import type { BoardSessions } from './board-sessions.ts';
import { financeRoutes } from './finance-routes.ts';
import { exclusionRoutes } from './limit-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { personRoutes } from './person-routes.ts';
import { regionRoutes } from './region-routes.ts';

/** Every administration route. */
export function adminRoutes(
  parts: AdminParts & {
    readonly retentionDays: number;
    readonly requestLimits: LimitPoints;
    readonly boards: BoardSessions;
    readonly cache: Cache;
  },
): Route[] {
  return [
    ...peopleRoutes(parts),
    ...auditRoutes(parts),
    ...regionRoutes(parts),
    ...batchRoutes(parts),
    ...financeRoutes(parts),
    ...personRoutes(parts),
    ...exclusionRoutes(parts),
    ...boardSessionRoutes(parts),
  ];
}
