import type { RegionId } from '@rideline/contract';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { createLogger } from '@rideline/platform/process/logger';
import { WORKER_METRICS } from './worker-metrics.ts';

/** The region of every test cluster. */
export const REGION = 'main' as RegionId;
/** Fix stream shards of every test cluster. */
export const SHARDS = 4;

/** Logger and metrics for product code that runs in the test's own process. */
export const testLogger = createLogger({ process: 'test', level: 'silent' });
export const { metrics: testMetrics } = createMetrics('test', WORKER_METRICS);
