import closeWithGrace from 'close-with-grace';
import { type Config, ConfigError, type ConfigPart, clockFromConfig, loadConfig } from './config/config.ts';
import type { MetricsOf, MetricTable } from './metrics/metric-table.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { type Mongo, openMongo } from './mongo/mongo.ts';
import { watchMongo } from './mongo/mongo-watch.ts';
import type { Clock } from './process/clock.ts';
import { type EventLoopLag, watchEventLoopLag } from './process/event-loop-lag.ts';
import { createHealth, type Health } from './process/health.ts';
import { startInnerServer } from './process/inner-server.ts';
import { createLogger, type Logger } from './process/logger.ts';
import { type OnStop, StopSequence } from './process/stop-phases.ts';
import { openRedis, quitRedis, type RedisClient, type RedisUse } from './redis/redis.ts';
import { openTokenKeys, type WatchedTokenKeys } from './tokens/token-key-watch.ts';

export interface ProcessOptions<Settings extends object, Table extends MetricTable> {
  /** What kind of process it is; its default id is this and the host name. */
  readonly kind: string;
  /** Its own variables. */
  readonly config: ConfigPart<Settings>;
  /** What it counts besides the platform's metrics. */
  readonly metrics: (config: Config & Settings) => Table | Promise<Table>;
  /** Event-loop lag p99 above which the process is not ready, ms. */
  readonly lagLimitMs: number;
}

export type RedisServer = 'log' | 'state' | 'cache';

/** What a process has before its own work. */
export interface OpenProcess<Settings extends object, Table extends MetricTable> {
  readonly config: Config & Settings;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics & MetricsOf<Table>;
  readonly health: Health;
  readonly lag: EventLoopLag;
  readonly onStop: OnStop;
  /** Port of /health and /metrics. */
  readonly innerPort: number;
  /**
   * Opens a connection of its own and returns at once, also while Redis is away (redis.ts says what a use is). Errors are shown in health;
   * the connection is closed at the stop.
   */
  openRedis(server: RedisServer, use?: RedisUse): RedisClient;
  /** The one MongoDB client; returns at once, also while MongoDB is away. */
  openMongo(): Mongo;
  /** @throws Error when no keys file is configured, or it cannot be read */
  openTokenKeys(): Promise<WatchedTokenKeys>;
}

/** How long a failed start may keep the process alive by something that its stop did not close, ms. */
const LEFT_OPEN_MS = 5000;
/** How long before the end of the stop's time the step that it waits for is logged, ms. */
const OVERRUN_NOTICE_MS = 250;

/**
 * Runs a process: opens what every process has, then `start`, which wires the rest and registers what has to be stopped. SIGTERM and SIGINT
 * stop it phase by phase and exit 0; a second signal, an overrun of RIDELINE_SHUTDOWN_MS, an uncaught error or a failed start exits 1.
 */
export async function openProcess<Settings extends object, const Table extends MetricTable>(
  options: ProcessOptions<Settings, Table>,
  start: (opened: OpenProcess<Settings, Table>) => Promise<void>,
): Promise<void> {
  let config: Config & Settings;
  try {
    // One part: what it settles is what the type says.
    config = loadConfig(process.env, options.kind, options.config) as Config & Settings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return endAfterFailedStart();
  }
  const lines = { onLost: (): void => undefined };
  const log = createLogger({
    process: config.process,
    level: config.logLevel,
    onLost: () => lines.onLost(),
  });
  const stop = new StopSequence();
  const signals = stopOnSignals(stop, log, config.shutdownMs);
  try {
    await start(await open(options, config, log, lines, stop.add));
  } catch (error) {
    log.fatal({ err: error }, 'start failed');
    await stop.run(log);
    // Its handler of the end would stop everything a second time, with exit code 0.
    signals.uninstall();
    endAfterFailedStart();
  }
}

/**
 * Ends with exit code 1 once nothing is open any more. Right after the modules are loaded process.exit() may never return: V8 compiles in the
 * background, and such a job waits for the main thread's garbage collection while the exit waits for the job
 * (https://github.com/nodejs/node/issues/54918; one start in twelve on a busy machine).
 */
function endAfterFailedStart(): void {
  process.exitCode = 1;
  setTimeout(() => process.exit(1), LEFT_OPEN_MS).unref();
}

function stopOnSignals(
  stop: StopSequence,
  log: Logger,
  shutdownMs: number,
): ReturnType<typeof closeWithGrace> {
  return closeWithGrace({ delay: shutdownMs, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'uncaught error');
    else log.info({ signal }, 'stopping');
    const overrun = setTimeout(
      () => log.error({ step: stop.current }, 'the stop takes too long and is cut off'),
      Math.max(0, shutdownMs - OVERRUN_NOTICE_MS),
    );
    const clean = await stop.run(log);
    clearTimeout(overrun);
    log.info({ clean }, 'stopped');
    if (!clean || err) process.exit(1);
  });
}

async function open<Settings extends object, Table extends MetricTable>(
  options: ProcessOptions<Settings, Table>,
  config: Config & Settings,
  log: Logger,
  lines: { onLost: () => void },
  onStop: OnStop,
): Promise<OpenProcess<Settings, Table>> {
  const { registry, metrics } = createMetrics(config.process, await options.metrics(config));
  lines.onLost = () => metrics.log_lines_lost_total.inc();
  const lag = watchEventLoopLag();
  onStop('observability', 'event-loop lag', () => lag.stop());
  const health = createHealth({
    process: config.process,
    metrics,
    lagMs: lag.p99Ms,
    lagLimitMs: options.lagLimitMs,
  });
  const inner = await startInnerServer({ host: config.host, port: config.innerPort, registry, health });
  onStop('observability', 'inner server', () => inner.close());
  onStop('admission', 'balancer', () => health.draining());

  return {
    config,
    log,
    clock: clockFromConfig(config),
    metrics,
    health,
    lag,
    onStop,
    innerPort: inner.port,
    openRedis(server, use = 'command') {
      const { redisLogUrl, redisStateUrl, redisCacheUrl } = config;
      const name = `${config.process}:${server}:${use}`;
      const client = openRedis({
        url: { log: redisLogUrl, state: redisStateUrl, cache: redisCacheUrl }[server],
        name,
        use,
        log,
        onDown(reason) {
          metrics.redis_errors_total.inc({ server });
          health.degraded(`redis-${server}`, reason);
        },
        onUp: () => health.cleared(`redis-${server}`),
        onTimeout: () => metrics.redis_command_timeouts_total.inc({ server }),
      });
      onStop('connections', name, () => quitRedis(client));
      return client;
    },
    openMongo() {
      const mongo = openMongo({
        uri: config.mongodbUri,
        name: config.process,
        log,
        metrics,
        commandTimes: config.mongoCommandTimes,
        onDown: (reason) => health.degraded('mongo', reason),
        onUp: () => health.cleared('mongo'),
      });
      onStop('connections', 'mongo', () => mongo.close());
      const watch = watchMongo(mongo.connection, {
        onSilent: (reason) => health.degraded('mongo', reason),
        onAnswer: () => health.cleared('mongo'),
      });
      onStop('connections', 'mongo watch', () => watch.stop());
      return mongo;
    },
    async openTokenKeys() {
      const { tokenKeysFile, production } = config;
      if (tokenKeysFile === undefined) throw new Error('RIDELINE_TOKEN_KEYS_FILE is not set');
      const keys = await openTokenKeys(tokenKeysFile, { production, health, log });
      onStop('work', 'token keys', () => keys.stop());
      return keys;
    },
  };
}
