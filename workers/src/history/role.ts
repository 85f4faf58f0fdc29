import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { defineRole, onFatal, openReader } from '../role.ts';
import { startHistory } from './history.ts';
import { HISTORY_METRICS } from './metrics.ts';

/** Of RIDELINE_SHUTDOWN_MS: what history may take to write what it holds. The rest is for the connections. */
const STOP_SHARE = 0.7;

/** Fix streams → track blocks in MongoDB → durable. */
export default defineRole({
  metrics: HISTORY_METRICS,
  async start(parts) {
    const { config, log, onStop } = parts;
    const history = await startHistory({
      ...parts,
      consumer: config.process,
      streams: await openFixStreams(log, config.region, config.fixShards),
      blockMs: config.historyBlockMs,
      openReader: (shard, onDown) => openReader(parts, 'log', `reader-${shard}`, onDown),
      onFatal,
    });
    onStop('work', 'history', () => history.stop(config.shutdownMs * STOP_SHARE));
  },
});
