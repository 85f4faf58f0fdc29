import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DaemonSpec } from '../daemon.ts';
import { LaunchError } from '../launch-error.ts';
import { ROOT } from '../paths.ts';
import { ensureJavaProgram, UTF8_PATHS } from './java.ts';
import { REPLICA_SET } from './replica-set.ts';

/** Shown wherever the stand-in is used. */
export const STANDIN_CANNOT =
  'a stand-in for MongoDB: no majority (one member, no elections, no secondaries), no transactions, about 3,000 single writes a second';

const BUILD = join(ROOT, 'infra/mongo-standin/build');
const READY_MS = 60_000;
const STOP_MS = 20_000;

/**
 * Builds the stand-in when needed; the build script checks whether its jar is current.
 * @returns the jar's path
 */
export async function standinJar(toolsDir: string, onProgress: (line: string) => void): Promise<string> {
  if (!existsSync(BUILD))
    throw new LaunchError('there is no mongod and no stand-in for it', 'Set MONGODB_URI');
  const outDir = join(toolsDir, 'mongo-standin');
  const jar = join(outDir, 'mongo-standin.jar');
  mkdirSync(outDir, { recursive: true });
  if (!existsSync(jar)) {
    await ensureJavaProgram('mvn', onProgress);
    onProgress('building the stand-in for MongoDB (first time only)');
  }
  try {
    await promisify(execFile)(BUILD, [outDir], { maxBuffer: 16_000_000 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-12);
    throw new LaunchError('the stand-in for MongoDB could not be built', `Run ${BUILD} ${outDir}`, tail);
  }
  return jar;
}

/** How the stand-in is started. */
export async function standinSpec(
  jar: string,
  port: number,
  dataDir: string,
  onProgress: (line: string) => void,
): Promise<DaemonSpec> {
  const java = await ensureJavaProgram('java', onProgress);
  const folder = join(dataDir, 'mongo');
  mkdirSync(folder, { recursive: true });
  return {
    name: 'mongo',
    command: java,
    args: [
      '-XX:+UseSerialGC',
      '-Xmx1g',
      // Out of memory, the JVM would continue without the thread that failed; it exits instead and is started again.
      '-XX:+ExitOnOutOfMemoryError',
      '-jar',
      jar,
      '--port',
      String(port),
      '--data',
      folder,
      '--replica-set',
      REPLICA_SET,
    ],
    cwd: folder,
    env: UTF8_PATHS,
    logFile: join(dataDir, 'logs', 'mongo.log'),
    probe: { kind: 'tcp', host: '127.0.0.1', port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}
