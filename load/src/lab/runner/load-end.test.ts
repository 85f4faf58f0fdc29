import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const DEADLINE_MS = 60_000;

/** Waits for a load of an hour whose generator ended and whose lines cannot be read, prints why that failed, and does nothing more. */
const PROGRAM = `
  import { awaitLoadEnd } from ${JSON.stringify(new URL('./load-end.ts', import.meta.url).href)};
  const child = {
    ended: Promise.resolve({ part: 'artillery', code: 1, signal: null, asked: false }),
    read: () => Promise.reject(new Error('the disk failed')),
    stop: () => Promise.resolve(),
  };
  const never = new Promise(() => undefined);
  await awaitLoadEnd([child], { stopRequested: never, failed: never, longestMs: 3_600_000 })
    .catch((error) => console.log(error.message));
`;

test(
  'LOAD-13: an error while the end of a load is awaited leaves no timer that keeps the process alive',
  async () => {
    const args = ['--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: DEADLINE_MS });
    expect(stdout).toBe('the disk failed\n');
  },
  2 * DEADLINE_MS,
);
