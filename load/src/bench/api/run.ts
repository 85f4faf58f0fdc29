import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOMY_LIMITS } from '@rideline/infra/local/roomy-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { measureRates, type Rate } from '@rideline/infra/mongo-standin/rates';
import { createTokenIssuer } from '../../cluster/token-issuer.ts';
import { untilAborted } from '../../command/until-aborted.ts';
import { type GrantStep, measureGrants, measureSigner, type SignerFigures } from './grants.ts';
import { type JobFigures, measureJobs } from './jobs.ts';
import { measureReads, type ReadFigures } from './reads.ts';

/**
 * `bench api`: forms for uploads (the signer alone, the whole route, end to end against what Mongo takes), the API's reading under a mixed
 * load, with caches and without, and documents checked beside a bare BullMQ worker.
 */
export interface ApiOptions {
  readonly quick: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ApiResult {
  readonly mongo: string;
  /** Compare-and-sets a second of 16 clients: what this Mongo takes. */
  readonly w: Rate;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly signer: SignerFigures;
  readonly grants: readonly GrantStep[];
  readonly stepMs: number;
  readonly reads: readonly ReadFigures[];
  readonly jobs: JobFigures;
}

export const GRANT_P95_MS = 250;
const GRANT_RATES = [100, 200, 300, 450, 600, 800, 1000, 1300, 1600];

export const isBorne = (step: Pick<GrantStep, 'answers' | 'sent' | 'p95Ms'>) =>
  (step.answers['201'] ?? 0) === step.sent && step.p95Ms < GRANT_P95_MS;

export async function benchApi({ quick, onProgress, signal }: ApiOptions): Promise<ApiResult> {
  const loadBefore = loadavg()[0] ?? 0;
  onProgress('the signer alone');
  const signer = await measureSigner(quick);
  signal.throwIfAborted();
  const stepMs = quick ? 4000 : 15_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-bench-'));
  const cluster = await startCluster({
    dataDir,
    scale: { gateway: 0, api: 1, workers: 1 },
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', 's3'],
    dashboard: false,
    env: {
      ...ROOMY_LIMITS,
      RIDELINE_LOG_LEVEL: 'warn',
      RIDELINE_ROLES: 'documents',
      RIDELINE_DOCUMENTS_PER_MINUTE: '600000',
    },
    onProgress,
  });
  try {
    const mongo = cluster.servers.find(({ name }) => name === 'mongo');
    onProgress('what this Mongo takes');
    const { single16: w } = await measureRates(cluster.env.MONGODB_URI ?? '', 1000);
    const issue = await createTokenIssuer(cluster.env);
    const rates = { rates: GRANT_RATES, stepMs, isBorne, onProgress };
    const grants = await untilAborted(measureGrants(cluster, issue, rates), signal);
    // These two start servers again, which must not happen after a stop: they look at the signal themselves.
    const reads = await measureReads(cluster, issue, { quick, onProgress, signal });
    signal.throwIfAborted();
    const jobs = await measureJobs(cluster, issue, { quick, onProgress, signal });
    const loadAfter = loadavg()[0] ?? 0;
    const kind = `${mongo?.kind}${mongo?.cannot ? ` (cannot: ${mongo.cannot})` : ''}`;
    return { mongo: kind, w, loadBefore, loadAfter, signer, grants, stepMs, reads, jobs };
  } finally {
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
