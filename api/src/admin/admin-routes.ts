import type { LimitPoints } from '@rideline/platform/request-limits';
import type { Route } from '../route.ts';
import type { AdminParts } from './admin-parts.ts';
import { auditRoutes } from './audit-log.ts';
import { batchRoutes } from './batches.ts';
import { boardSessionRoutes } from './board.ts';
import type { BoardSessions } from './board-sessions.ts';
import { financeRoutes } from './finance.ts';
import { exclusionRoutes } from './limits.ts';
import { peopleRoutes } from './people.ts';
import { personRoutes } from './persons.ts';
import { regionRoutes } from './regions.ts';

/** Every route of administration. */
export function adminRoutes(
  parts: AdminParts & {
    readonly retentionDays: number;
    readonly requestLimits: LimitPoints;
    readonly boards: BoardSessions;
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
