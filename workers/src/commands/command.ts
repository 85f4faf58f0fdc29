import { CodedError } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import type { Database } from '@rideline/fleet/store/database';
import { type Config, ConfigError, clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import type { Clock } from '@rideline/platform/process/clock';
import { createLogger, type Logger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';

/** Servers of a command, each opened on first use. */
export interface CommandContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Prints a line to the terminal. */
  readonly say: (line: string) => void;
  readonly args: readonly string[];
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

const CONNECT_MS = 10_000;

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
 * Runs a command of the command line against the servers named in the environment. Exit code 2 for wrong arguments; 1 with one line for an
 * expected error, with the stack for any other.
 */
export async function runCommand(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const open: (() => Promise<void>)[] = [];
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
      openLog: () => redis('log', config.redisLogUrl),
      openState: () => redis('state', config.redisStateUrl),
      async openMongo() {
        const mongo = await connectMongo({ uri: config.mongodbUri, name, log: logger }).catch(
          (error: Error) => {
            throw new CommandError(`Mongo does not answer: ${error.message}`);
          },
        );
        open.push(() => mongo.close());
        return openDatabase(mongo);
      },
    });
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const foreseen =
      error instanceof CommandError || error instanceof ConfigError || error instanceof CodedError;
    process.stderr.write(
      `rideline ${name}: ${foreseen ? (error as Error).message : (error as Error).stack}\n`,
    );
  } finally {
    for (const close of open.reverse()) await close();
  }
}
