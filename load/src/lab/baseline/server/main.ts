import { createLogger } from '@rideline/platform/process/logger';
import { readBaselineConfig } from './config.ts';
import { countWaiting, openParts } from './parts.ts';
import { serve } from './serve.ts';
import { startTripWorker } from './trip-queue.ts';

/**
 * A process of a baseline stack (../baseline-place.ts): a server with REST and Socket.IO, or the worker of the variant with a queue. It
 * reports its port to its parent, 0 for a worker, and exits with it.
 */
process.on('disconnect', () => process.exit());

const config = readBaselineConfig(process.env);
const log = createLogger({ process: config.name, level: 'warn' });
const parts = await openParts(config, log);
const port = config.role === 'server' ? await serve(parts) : 0;
if (config.role === 'worker') {
  const { redisUrl, offerWindowMs } = config;
  startTripWorker(redisUrl, { dispatch: parts.dispatch, offerWindowMs, log });
}
if (config.countsBacklog) countWaiting(parts);
process.send?.({ port });
