import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const DEADLINE_MS = 60_000;

/** Opens the backlog of a Redis server that does not answer, prints why that failed, and does nothing more. */
const PROGRAM = `
  import { openFixBacklog } from ${JSON.stringify(new URL('./fix-backlog.ts', import.meta.url).href)};
  await openFixBacklog({ REDIS_LOG_URL: 'redis://127.0.0.1:1' }).catch((error) => console.log(error.message));
`;

test(
  'LOAD-13: a log that does not answer, as while it is stopped by chaos, leaves no connection that keeps the process alive',
  async () => {
    const args = ['--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: DEADLINE_MS });
    expect(stdout).toMatch(/retries/);
  },
  2 * DEADLINE_MS,
);
