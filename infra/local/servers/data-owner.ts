import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from '../launch-error.ts';

/** The engines that write the data of a server. Neither reads the other's format. */
const ENGINES = {
  mongo: { mongod: 'mongod', 'stand-in': 'the stand-in for Mongo' },
  s3: { versitygw: 'versitygw', s3proxy: 'S3Proxy' },
} as const;

const VARIABLES = { mongo: 'MONGODB_URI', s3: 'S3_ENDPOINT' } as const;

export type DataServer = keyof typeof ENGINES;

/**
 * Records which engine writes a folder's data, so that the data is not silently ignored when another engine is found later.
 * @throws LaunchError when another engine wrote the data
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
      `the data in ${dataDir} was written by ${names[owner] ?? owner}, and ${names[engine]} would start without it`,
      `Remove the data: ./rideline reset --yes, or make the old server available again (${VARIABLES[server]}, PATH)`,
    );
  }
  writeFileSync(file, `${engine}\n`);
}
