import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CodedError } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import type { Database } from '@rideline/fleet/store/database';
import { type Config, ConfigError, clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { watchMongo } from '@rideline/platform/mongo/mongo-watch';
import type { Clock } from '@rideline/platform/process/clock';
import { createLogger, type Logger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { createReporter, type Reporter } from './progress.ts';
import { isPassing } from './retrying.ts';

/** Servers of a command, each opened on first use. */
export interface CommandContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Prints a line to the terminal. */
  readonly say: (line: string) => void;
  readonly args: readonly string[];
  /**
   * For a command that may take minutes: its progress, and a signal that is aborted by the first Ctrl-C or SIGTERM, so that it stops between
   * two steps. The second one ends it at once.
   */
  beginLong(options: { readonly json: boolean }): { readonly report: Reporter; readonly signal: AbortSignal };
  /** From here on, what was done is kept: errors say that the same command continues. */
  keptFromHere(): void;
  openMongo(): Promise<Database>;
  openLog(): Promise<RedisClient>;
  openState(): Promise<RedisClient>;
}

/** An expected error: printed as one line, without a stack. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

/** Wrong arguments: exit code 2. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Ended by Ctrl-C or SIGTERM: exit code 130. */
class Interrupted extends CommandError {
  constructor() {
    super('stopped');
    this.name = 'Interrupted';
  }
}

const INTERRUPTED = 130;
const CONNECT_MS = 10_000;
/** MongoDB may take hours for one operation, such as an index, but answers pings meanwhile. Without any answer for this long it is away. */
const MONGO_SILENT_MS = 120_000;

async function connect(config: Config, logger: Logger, what: string, url: string): Promise<RedisClient> {
  const client = openRedis({ url, name: `${config.process}:${what}`, use: 'command', log: logger });
  if (client.status === 'ready') return client;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      client.disconnect();
      reject(new CommandError(`the ${what} Redis does not answer; is the cluster up? (./rideline status)`));
    }, CONNECT_MS);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return client;
}

/**
 * Opens MongoDB without a limit for one operation: an index of a large collection takes longer than a process waits for an answer. A server
 * that answers no ping either for two minutes is given up.
 */
async function openCommandMongo(
  config: Config,
  name: string,
  logger: Logger,
): Promise<{ mongo: Mongo; close(): Promise<void> }> {
  const options = { uri: config.mongodbUri, name, log: logger, socketTimeoutMs: 0 };
  const mongo = await connectMongo(options).catch((error: Error) => {
    throw new CommandError(`Mongo does not answer: ${error.message}`);
  });
  let giveUp: NodeJS.Timeout | undefined;
  const watch = watchMongo(mongo.connection, {
    onSilent: () => {
      giveUp = setTimeout(() => void mongo.connection.close(true), MONGO_SILENT_MS);
      giveUp.unref();
    },
    onAnswer: () => clearTimeout(giveUp),
  });
  return {
    mongo,
    close() {
      watch.stop();
      clearTimeout(giveUp);
      return mongo.close();
    },
  };
}

function interruption(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write('\nstopping after the current step; once more ends at once\n');
    controller.abort(new Interrupted());
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return INTERRUPTED;
  return error instanceof UsageError ? 2 : 1;
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof CommandError ||
    error instanceof ConfigError ||
    error instanceof CodedError ||
    isPassing(error)
  );
}

/**
 * Runs a command of the command line against the servers named in the environment. Exit code 2 for wrong arguments, 130 after Ctrl-C or
 * SIGTERM; 1 with one line for an expected error, with the stack for any other.
 */
export async function runCommand(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const open: (() => Promise<void>)[] = [];
  let kept = false;
  let stop: AbortSignal | undefined;
  try {
    const config = loadConfig(process.env, name);
    const logger = createLogger({ process: name, level: 'fatal' });
    const redis = async (what: string, url: string) => {
      const client = await connect(config, logger, what, url);
      open.push(() => quitRedis(client));
      return client;
    };
    await work({
      config,
      logger,
      clock: clockFromConfig(config),
      say: (line) => process.stdout.write(`${line}\n`),
      args: process.argv.slice(2),
      beginLong({ json }) {
        const { signal, release } = interruption();
        open.push(async () => void release());
        stop = signal;
        return { report: createReporter(process.stdout, { json }), signal };
      },
      keptFromHere() {
        kept = true;
      },
      openLog: () => redis('log', config.redisLogUrl),
      openState: () => redis('state', config.redisStateUrl),
      async openMongo() {
        const { mongo, close } = await openCommandMongo(config, name, logger);
        open.push(close);
        return openDatabase(mongo);
      },
    });
  } catch (caught) {
    // A wait that the signal ended rejects with an error of its own, which does not say why.
    const error = (caught as Error).name === 'AbortError' && stop?.aborted ? stop.reason : caught;
    process.exitCode = exitCodeOf(error);
    const text = isExpected(error) ? (error as Error).message : (error as Error).stack;
    const remedy = kept ? '. What was done is kept: run the same command again to continue' : '';
    process.stderr.write(`rideline ${name}: ${text}${remedy}\n`);
  } finally {
    for (const close of open.reverse()) await close();
  }
}

/** The options and arguments of a command. @throws UsageError with the usage, for an unknown option or another number of arguments */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  usage: string,
  { options, positionals }: { readonly options: Options; readonly positionals: number },
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    if (parsed.positionals.length === positionals) return parsed;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
  throw new UsageError(usage);
}
