import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from '../launch-error.ts';

/** Who wrote the data of a folder: the formats are strangers to each other. */
export type MongoEngine = 'mongod' | 'stand-in';

const NAMES: Readonly<Record<MongoEngine, string>> = {
  mongod: 'mongod',
  'stand-in': 'the stand-in for Mongo',
};

/**
 * A folder's record is never silently left behind because another engine has become available since.
 * @throws LaunchError when the folder's data was written by the other one
 */
export function claimMongoData(dataDir: string, engine: MongoEngine): void {
  const file = join(dataDir, 'mongo-engine');
  const owner = existsSync(file) ? (readFileSync(file, 'utf8').trim() as MongoEngine) : engine;
  if (owner !== engine) {
    throw new LaunchError(
      `the data in ${dataDir} was written by ${NAMES[owner]}, and now ${NAMES[engine]} would start without it`,
      'Start anew: ./rideline reset --yes, or give the old one its place back (MONGODB_URI, PATH)',
    );
  }
  writeFileSync(file, `${engine}\n`);
}
