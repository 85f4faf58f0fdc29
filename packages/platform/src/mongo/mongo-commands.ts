import type mongoose from 'mongoose';
import type { Metrics } from '../metrics/metrics.ts';

/** Commands of the driver's collections by what they do; the driver's own (hello, endSessions) are not counted. */
const KINDS: Readonly<Record<string, 'read' | 'write'>> = {
  find: 'read',
  getMore: 'read',
  aggregate: 'read',
  count: 'read',
  distinct: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  findAndModify: 'write',
  bulkWrite: 'write',
};

interface EndedCommand {
  readonly commandName: string;
  /** Ms. */
  readonly duration: number;
}

interface StartedCommand {
  readonly commandName: string;
  readonly command: Readonly<Record<string, unknown>>;
}

/** The names of the program's own collections: their number is bounded. */
function collectionOf({ commandName, command }: StartedCommand): string {
  const name = commandName === 'getMore' ? command.collection : command[commandName];
  return typeof name === 'string' ? name : 'none';
}

/** Counts commands by collection and observes how long each takes; the client must have been opened with `monitorCommands`. */
export function watchCommandTimes(client: mongoose.mongo.MongoClient, metrics: Metrics): void {
  const observe = ({ commandName, duration }: EndedCommand) => {
    const kind = KINDS[commandName];
    if (kind !== undefined) metrics.mongo_command_seconds.observe({ kind }, duration / 1000);
  };
  client.on('commandStarted', (started: StartedCommand) => {
    const kind = KINDS[started.commandName];
    if (kind !== undefined) metrics.mongo_commands_total.inc({ kind, collection: collectionOf(started) });
  });
  client.on('commandSucceeded', observe);
  client.on('commandFailed', observe);
}
