import { type Config, clockFromConfig, loadConfig } from '@rideline/platform/config';
import { watchEventLoopLag } from '@rideline/platform/event-loop-lag';
import { createHealth, type Health } from '@rideline/platform/health';
import { startInnerServer } from '@rideline/platform/inner-server';
import { createMetrics } from '@rideline/platform/metrics';
import { openMongo } from '@rideline/platform/mongo';
import { openRedis, quitRedis } from '@rideline/platform/redis';
import { type OnStop, runService } from '@rideline/platform/service';
import { createLogger } from '@rideline/platform/telemetry';
import { readTokenKeys } from '@rideline/platform/tokens';
import { createApp } from './app.ts';
import { createFixIngest } from './fix-ingest.ts';
import { listen } from './http-server.ts';
import { allRoutes } from './routes.ts';

/** Event-loop lag p99 above which the balancer should ask another node. */
const LAG_LIMIT_MS = 500;

const config = loadConfig(process.env, 'api');
const log = createLogger({ process: config.process, level: config.logLevel });

/** The servers that the API asks. It starts and stays ready without them: each one that is away is a reason in /health. */
function openServers(config: Config, health: Health, onStop: OnStop) {
  const watched = (dependency: string) => ({
    onDown: (reason: string) => health.degraded(dependency, reason),
    onUp: () => health.cleared(dependency),
  });
  const state = openRedis({
    url: config.redisStateUrl,
    name: `${config.process}:state`,
    use: 'command',
    log,
    ...watched('redis-state'),
  });
  onStop('redis state', () => quitRedis(state));
  const logRedis = openRedis({
    url: config.redisLogUrl,
    name: `${config.process}:log`,
    use: 'command',
    log,
    ...watched('redis-log'),
  });
  onStop('redis log', () => quitRedis(logRedis));
  const mongo = openMongo({ uri: config.mongodbUri, name: config.process, log, ...watched('mongo') });
  onStop('mongo', () => mongo.close());
  return { state, logRedis, mongo };
}

async function start(onStop: OnStop): Promise<void> {
  if (config.tokenKeysFile === undefined) throw new Error('RIDELINE_TOKEN_KEYS_FILE is not set');
  const keys = await readTokenKeys(config.tokenKeysFile, { production: config.production });
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

  const { state, logRedis, mongo } = openServers(config, health, onStop);
  const fixes = createFixIngest({ config, clock, logRedis, state, metrics, log });
  onStop('fixes', () => fixes.close(config.shutdownMs / 4));

  const { region, allowedOrigins, dashboardDir } = config;
  const routes = allRoutes({ config, keys, clock, health, state, mongo, fixes, metrics, log });
  const app = createApp({ routes, keys, region, log, metrics, allowedOrigins, dashboardDir });
  const server = await listen(app.callback(), config);
  onStop('http server', () => server.close(config.shutdownMs / 2));
  onStop('balancer', () => health.draining());
  health.listening();
  log.info({ port: server.port, innerPort: inner.port }, 'listening');
}

await runService({ log, shutdownMs: config.shutdownMs, start });
