import { ROOT } from '@rideline/infra/local/paths';
import { type Child, startChild } from './child-process.ts';

/** Starts a workers process with its own environment; does not wait until it is ready. */
export function startWorker(env: Readonly<Record<string, string | undefined>>): Child {
  return startChild(process.execPath, ['workers/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
  });
}
