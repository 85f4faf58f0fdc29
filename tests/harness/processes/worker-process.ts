import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { type Child, startChild } from './child-process.ts';

/**
 * Starts a workers process with its own environment; does not wait until it is ready. Its temporary folder is removed when it has
 * ended: a killed process leaves the files that it was checking.
 */
export function startWorker(env: Readonly<Record<string, string | undefined>>): Child {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  const child = startChild(process.execPath, ['workers/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
  });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return {
    ...child,
    ended: child.ended.finally(remove),
    end: (signal) => child.end(signal).finally(remove),
  };
}
