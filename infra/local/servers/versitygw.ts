import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonSpec } from '../daemon.ts';
import type { S3Keys } from '../development-keys.ts';

/** Shown wherever it is used. */
export const VERSITYGW_CANNOT = 'versitygw over a folder: one copy of each object, no events';

const READY_MS = 30_000;
const STOP_MS = 10_000;

/** How versitygw is started. It needs a file system with extended attributes, where it stores the objects' metadata. */
export function versitygwSpec(options: {
  program: string;
  port: number;
  dataDir: string;
  keys: S3Keys;
  region: string;
}): DaemonSpec {
  const { program, port, dataDir, keys, region } = options;
  const folder = join(dataDir, 's3');
  mkdirSync(folder, { recursive: true });
  return {
    name: 's3',
    command: program,
    args: ['--port', `127.0.0.1:${port}`, '--region', region, 'posix', folder],
    cwd: dataDir,
    // In the environment: every user of the machine can read a process's arguments.
    env: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    logFile: join(dataDir, 'logs', 's3.log'),
    probe: { kind: 'tcp', host: '127.0.0.1', port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}
