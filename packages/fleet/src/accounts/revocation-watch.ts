import type { RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import { openRedis } from '@rideline/platform/redis/redis';
import type { Database } from '../store/database.ts';
import { openRevocations, type Revocations } from './revocation-list.ts';
import type { RevocationMetrics } from './revocation-metrics.ts';
import { revocationKeptMs } from './session-rules.ts';

/** Follows the revocations of the region until the process stops, over a connection of its own, since the read blocks. */
export async function watchRevocations(parts: {
  readonly config: {
    readonly process: string;
    readonly region: RegionId;
    readonly redisStateUrl: string;
    readonly production: boolean;
  };
  readonly db: Database;
  readonly clock: Clock;
  readonly health: Pick<Health, 'degraded' | 'cleared'>;
  readonly metrics: RevocationMetrics;
  readonly log: Logger;
  readonly onStop: OnStop;
}): Promise<Revocations> {
  const { config, clock, log, onStop } = parts;
  const { region, production, redisStateUrl: url } = config;
  const tail = openRedis({ url, name: `${config.process}:state:revocations`, use: 'blocking', log });
  const keptMs = revocationKeptMs(production);
  const revocations = await openRevocations({ ...parts, tail, region, wallMs: clock.wallMs, keptMs });
  onStop('work', 'revocations', () => revocations.close());
  return revocations;
}
