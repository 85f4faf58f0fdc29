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

/** Observes how long each command takes; the client must have been opened with `monitorCommands`. */
export function watchCommandTimes(client: mongoose.mongo.MongoClient, metrics: Metrics): void {
  const observe = ({ commandName, duration }: EndedCommand) => {
    const kind = KINDS[commandName];
    if (kind !== undefined) metrics.mongo_command_seconds.observe({ kind }, duration / 1000);
  };
  client.on('commandSucceeded', observe);
  client.on('commandFailed', observe);
}
