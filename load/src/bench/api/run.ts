import { loadavg } from 'node:os';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { measureRates, type Rate } from '@rideline/infra/mongo-standin/rates';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer } from '../../cluster/token-issuer.ts';
import { untilAborted } from '../../command/until-aborted.ts';
import type { BenchRunOptions } from '../bench.ts';
import { rateHolds } from './figures.ts';
import { type GrantStep, measureGrants, measureSigner, type SignerFigures } from './grants.ts';
import { type JobFigures, measureJobs } from './jobs.ts';
import { measureReads, type ReadFigures } from './reads.ts';

/**
 * `bench api`: upload forms (the signer alone, the whole route, end to end against MongoDB's write rate), reads under a mixed load with and
 * without caches, and documents checked beside a bare BullMQ worker.
 */
export interface ApiResult {
  readonly mongo: string;
  /** Compare-and-sets per second of 16 clients: the write rate of this MongoDB. */
  readonly w: Rate;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly signer: SignerFigures;
  readonly grants: readonly GrantStep[];
  readonly stepMs: number;
  readonly rounds: number;
  readonly reads: readonly ReadFigures[];
  readonly jobs: JobFigures;
}
const GRANT_RATES = [100, 200, 300, 450, 600, 800, 1000, 1300, 1600];

export async function benchApi({ quick, onProgress, signal }: BenchRunOptions): Promise<ApiResult> {
  const loadBefore = loadavg()[0] ?? 0;
  onProgress('the signer alone');
  const signer = await measureSigner(quick);
  signal.throwIfAborted();
  const [rounds, stepMs] = quick ? [1, 4000] : [3, 8000];
  await using started = await startTemporaryCluster({
    scale: { gateway: 0, api: 1, workers: 1 },
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', 's3'],
    dashboard: false,
    env: {
      ...RAISED_LIMITS,
      RIDELINE_LOG_LEVEL: 'warn',
      RIDELINE_ROLES: 'documents',
      RIDELINE_DOCUMENTS_PER_MINUTE: '600000',
    },
    onProgress,
  });
  const { cluster } = started;
  const mongo = cluster.servers.find(({ name }) => name === 'mongo');
  onProgress('measuring W, the write rate of this MongoDB');
  const { single16: w } = await measureRates(cluster.env.MONGODB_URI ?? '', 1000);
  const issue = await createTokenIssuer(cluster.env);
  const rates = { rates: GRANT_RATES, rounds, stepMs, rateHolds, onProgress };
  const grants = await untilAborted(measureGrants(cluster, issue, rates), signal);
  // These two restart servers, which must not happen after a stop: they check the signal themselves.
  const reads = await measureReads(cluster, issue, { quick, onProgress, signal });
  signal.throwIfAborted();
  const jobs = await measureJobs(cluster, issue, { quick, onProgress, signal });
  const loadAfter = loadavg()[0] ?? 0;
  const kind = `${mongo?.kind}${mongo?.cannot ? ` (cannot: ${mongo.cannot})` : ''}`;
  return { mongo: kind, w, loadBefore, loadAfter, signer, grants, stepMs, rounds, reads, jobs };
}
