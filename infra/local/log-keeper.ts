import { join } from 'node:path';
import type { DaemonSpec } from './daemon.ts';
import { ROTATE_BYTES } from './log-file.ts';

/** A program that writes 100 MB a second fills 1 GB between two looks. */
const EVERY_SECONDS = 10;

/**
 * The program that keeps the logs of a cluster small while it runs. The launcher itself ends after the start, and servers of other makers
 * do not rotate what they write to standard output. A shell script, since another Node process would take 40 MB for it.
 */
export function logKeeperSpec(dataDir: string): DaemonSpec {
  return {
    name: 'log-keeper',
    command: '/bin/sh',
    args: [
      join(import.meta.dirname, 'rotate-logs.sh'),
      join(dataDir, 'logs'),
      String(ROTATE_BYTES),
      String(EVERY_SECONDS),
    ],
    cwd: dataDir,
    env: {},
    logFile: join(dataDir, 'logs', 'log-keeper.log'),
    probe: { kind: 'started' },
    readyMs: 1000,
    stopMs: 1000,
  };
}
