import { userIdSchema } from '@rideline/contract';
import type { AccountService } from '@rideline/fleet/accounts/account-sessions';
import type { Revocations } from '@rideline/fleet/accounts/revocation-list';
import { watchRevocations } from '@rideline/fleet/accounts/revocation-watch';
import type { Database } from '@rideline/fleet/store/database';
import type { Cache } from '@rideline/platform/cache/cache';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createPasswords } from '@rideline/platform/tokens/passwords';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';

export interface Accounts {
  readonly accountService: AccountService;
  readonly revocations: Revocations;
}

/** Opens the account store and the revocation list of this region on this API node. */
export async function openAccounts(parts: {
  config: ApiConfig;
  keys: TokenKeys;
  clock: Clock;
  db: Database;
  cache: Cache;
  state: RedisClient;
  health: Health;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): Promise<Accounts> {
  const { config, keys, clock, db, state, log } = parts;
  const { region, production, demoOperator } = config;
  const revocations = await watchRevocations(parts);
  const accountService: AccountService = {
    db,
    state,
    region,
    keys,
    passwords: createPasswords(),
    production,
    wallMs: clock.wallMs,
    onChanged: (userId, version) => parts.cache.changed('profile', userId, version),
    guest: demoOperator && userIdSchema.parse(demoOperator.name),
    onRevocation: (revocation) => revocations.add(revocation),
    onStreamLost: () => log.warn('a revocation is stored in MongoDB only; other nodes apply it later'),
  };
  return { accountService, revocations };
}
