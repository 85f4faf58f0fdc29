import type { RegionId } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { QUEUE_NAMES, queuePrefix } from '@rideline/platform/queues/queue-table';
import { Redis } from 'ioredis';
import { type FixBacklog, openFixBacklog } from '../../bench/stack/fix-backlog.ts';
import { type Accounted, programsOf } from '../../process/process-cpu.ts';
import type { InsideView } from './load-place.ts';

/**
 * The view of a cluster whose programs run on this machine. `close` ends its connections.
 * @param extra programs in front of it that the launcher does not know of
 */
export function insideViewOf(
  cluster: Cluster,
  extra: readonly Accounted[] = [],
): InsideView & { close(): void } {
  const region = (cluster.env.RIDELINE_REGION ?? 'main') as RegionId;
  const state = new Redis(cluster.env.REDIS_STATE_URL ?? '', {
    maxRetriesPerRequest: 0,
    commandTimeout: READ_MS,
    lazyConnect: true,
    enableOfflineQueue: false,
  });
  // Each failed read rejects and is a gap in the series; without a listener the client prints every lost connection.
  state.on('error', () => undefined);
  const connected = state.connect().catch(() => undefined);
  let backlog: Promise<FixBacklog> | null = null;
  return {
    programs: () => [...programsOf(cluster), ...extra],
    processes: () => cluster.processes,
    kindOf: (name) => (PROCESS.test(name) ? 'rideline' : 'server'),
    async queues() {
      await connected;
      return waitingJobs(state, region);
    },
    async fixBacklog() {
      // Opened again after a failure: the streams are made by the first process that starts.
      backlog ??= openFixBacklog(cluster.env);
      try {
        return await (await backlog).entries();
      } catch (error) {
        const failed = backlog;
        backlog = null;
        (await failed.catch(() => null))?.close();
        throw error;
      }
    },
    close() {
      state.disconnect();
      void backlog?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

const READ_MS = 1000;
/** The launcher's names of Rideline's own processes. */
const PROCESS = /^(gateway|api|workers)-\d+$/;

/** BullMQ keeps waiting jobs in the list `wait`, and those with a priority in the sorted set `prioritized`. */
async function waitingJobs(state: Redis, region: RegionId): Promise<Map<string, number>> {
  const prefix = queuePrefix(region);
  const counts = await Promise.all(
    QUEUE_NAMES.map(async (name) => {
      const [waiting, prioritized] = await Promise.all([
        state.llen(`${prefix}:${name}:wait`),
        state.zcard(`${prefix}:${name}:prioritized`),
      ]);
      return [name, waiting + prioritized] as const;
    }),
  );
  return new Map(counts);
}
