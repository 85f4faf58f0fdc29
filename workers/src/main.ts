import { setTimeout as sleep } from 'node:timers/promises';
import { openFixStreams } from '@rideline/fleet/fix-streams';
import { assertIndexes, IndexError } from '@rideline/fleet/migrations';
import { createModels, type Models } from '@rideline/fleet/models';
import { type Config, clockFromConfig, loadConfig } from '@rideline/platform/config';
import { watchEventLoopLag } from '@rideline/platform/event-loop-lag';
import { createHealth, type Health } from '@rideline/platform/health';
import { startInnerServer } from '@rideline/platform/inner-server';
import { createMetrics } from '@rideline/platform/metrics';
import { openMongo } from '@rideline/platform/mongo';
import { connectRedis, openRedis, quitRedis } from '@rideline/platform/redis';
import { type OnStop, runService } from '@rideline/platform/service';
import { createLogger } from '@rideline/platform/telemetry';
import { startHistory } from './history/history-role.ts';

const LAG_LIMIT_MS = 1000;
const RECORD_RETRY_MS = 500;
/** Of RIDELINE_SHUTDOWN_MS: what a role may take to finish what it holds. The rest is for the connections. */
const ROLE_STOP_SHARE = 0.7;

const config = loadConfig(process.env, 'workers');
const logger = createLogger({ process: config.process, level: config.logLevel });

/** A defect in a role: the process ends in order, with exit code 1, and what it held is taken up again by the next. */
function onFatal(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Waits until Mongo answers, then compares its indexes. @throws IndexError */
async function checkRecord(models: Models, health: Health, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await assertIndexes(models, logger);
    } catch (error) {
      if (error instanceof IndexError) throw error;
      health.degraded('mongo', (error as Error).message);
      await sleep(RECORD_RETRY_MS, undefined, { signal });
    }
  }
}

/** Waits for all three Redis servers; Mongo connects when it can. */
async function openServers(config: Config, health: Health, onStop: OnStop) {
  const watched = (dependency: string) => ({
    onDown: (reason: string) => health.degraded(dependency, reason),
    onUp: () => health.cleared(dependency),
  });
  const mongo = openMongo({ uri: config.mongodbUri, name: config.process, log: logger, ...watched('mongo') });
  onStop('mongo', () => mongo.close());
  const connect = async (server: 'log' | 'state' | 'cache', url: string) => {
    const name = `redis-${server}`;
    const client = await connectRedis({
      url,
      name: `${config.process}:${server}`,
      use: 'command',
      log: logger,
      ...watched(name),
    });
    onStop(name, () => quitRedis(client));
    return client;
  };
  const log = await connect('log', config.redisLogUrl);
  const state = await connect('state', config.redisStateUrl);
  const cache = await connect('cache', config.redisCacheUrl);
  return { log, state, cache, mongo };
}

async function start(onStop: OnStop): Promise<void> {
  const stopping = new AbortController();
  const clock = clockFromConfig(config);
  const { registry, metrics } = createMetrics(config.process);
  const lag = watchEventLoopLag();
  onStop('event loop lag', () => lag.stop());
  const health = createHealth({
    process: config.process,
    metrics,
    lagMs: lag.p99Ms,
    lagLimitMs: LAG_LIMIT_MS,
  });
  const inner = await startInnerServer({ host: config.host, port: config.innerPort, registry, health });
  onStop('inner server', () => inner.close());

  const { log, state, cache, mongo } = await openServers(config, health, onStop);
  const models = createModels(mongo);
  onStop('waits', () => stopping.abort(new Error('stopping')));
  await checkRecord(models, health, stopping.signal);
  const roleStopMs = config.shutdownMs * ROLE_STOP_SHARE;

  if (config.roles.includes('history')) {
    const history = await startHistory({
      consumer: config.process,
      streams: await openFixStreams(log, config.region, config.fixShards),
      blockMs: config.historyBlockMs,
      retentionDays: config.retentionDays,
      models,
      log,
      state,
      cache,
      openReader: (shard, onDown) =>
        openRedis({
          url: config.redisLogUrl,
          name: `${config.process}:reader-${shard}`,
          use: 'blocking',
          log: logger,
          onDown,
        }),
      clock,
      logger,
      metrics,
      health,
      onFatal,
    });
    onStop('history', () => history.stop(roleStopMs));
  }

  onStop('balancer', () => health.draining());
  health.listening();
  logger.info({ innerPort: inner.port, roles: config.roles }, 'working');
}

await runService({ log: logger, shutdownMs: config.shutdownMs, start });
