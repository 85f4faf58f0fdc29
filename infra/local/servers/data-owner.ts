import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from '../launch-error.ts';

/** Who wrote the data of a folder, by server: their formats are strangers to each other. */
const ENGINES = {
  mongo: { mongod: 'mongod', 'stand-in': 'the stand-in for Mongo' },
  s3: { versitygw: 'versitygw', s3proxy: 'S3Proxy' },
} as const;

const VARIABLES = { mongo: 'MONGODB_URI', s3: 'S3_ENDPOINT' } as const;

export type DataServer = keyof typeof ENGINES;

/**
 * A folder's data is never silently left behind because another engine has become available since.
 * @throws LaunchError when the folder's data was written by another one
 */
export function claimData<Server extends DataServer>(
  dataDir: string,
  server: Server,
  engine: keyof (typeof ENGINES)[Server] & string,
): void {
  const file = join(dataDir, `${server}-engine`);
  const owner = existsSync(file) ? readFileSync(file, 'utf8').trim() : engine;
  if (owner !== engine) {
    const names = ENGINES[server] as Readonly<Record<string, string>>;
    throw new LaunchError(
      `the data in ${dataDir} was written by ${names[owner] ?? owner}, and now ${names[engine]} would start without it`,
      `Start anew: ./rideline reset --yes, or give the old one its place back (${VARIABLES[server]}, PATH)`,
    );
  }
  writeFileSync(file, `${engine}\n`);
}
