import type { RegionId } from '@rideline/contract';
import { writeAudit } from '@rideline/fleet/store/audit';
import type { Database } from '@rideline/fleet/store/database';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { Dependency } from '../process/dependency.ts';

/** Dependencies of the administration routes. */
export interface AdminParts {
  readonly mongo: Dependency;
  readonly redis: Dependency;
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly log: Logger;
}

export const ADMINS = ['admin'] as const;
export const STAFF = ['operator', 'admin'] as const;
export const READ_PROBLEMS = ['UNAVAILABLE', 'TIMEOUT'] as const;

/** Writes an audit entry: actor, action, target and reason. Called before the action, so that no action lacks its entry. */
export async function audited(
  { mongo, db, region, clock }: AdminParts,
  caller: Principal,
  entry: { action: string; target: string; data: Record<string, unknown> },
): Promise<void> {
  const actor = { role: caller.role, id: caller.userId };
  await mongo.call(() => writeAudit(db, region, { actor, ...entry }, new Date(clock.wallMs())));
}
