import { ROOT } from '@rideline/infra/local/paths';
import { expect, it } from 'vitest';
import { startChild, untilReady } from '../harness/processes/child-process.ts';

const START_MS = 60_000;
const SHUTDOWN_MS = 1500;

function startStuckProcess() {
  return startChild(process.execPath, ['tests/harness/processes/stuck-process.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      RIDELINE_INNER_PORT: '0',
      RIDELINE_SHUTDOWN_MS: String(SHUTDOWN_MS),
    },
  });
}

it('OPS-50: a stop that takes longer than RIDELINE_SHUTDOWN_MS is cut off with exit code 1, and names the step that it waited for', async () => {
  const stuck = startStuckProcess();
  await untilReady(
    stuck,
    'the process',
    async () => stuck.output().includes('ready to be stopped'),
    START_MS,
  );
  // Without the limit it would never end.
  expect(await stuck.end('SIGTERM')).toBe(1);
  const output = stuck.output();
  expect(output).toContain('the first step has run');
  expect(output).toContain('this step fails');
  expect(output).toContain('"step":"flush: a step that never ends"');
});

it('OPS-50: a second signal ends a stop at once', async () => {
  const stuck = startStuckProcess();
  await untilReady(
    stuck,
    'the process',
    async () => stuck.output().includes('ready to be stopped'),
    START_MS,
  );
  stuck.process.kill('SIGTERM');
  await untilReady(stuck, 'the stop', async () => stuck.output().includes('this step fails'), START_MS);
  expect(await stuck.end('SIGTERM')).toBe(1);
  expect(stuck.output()).not.toContain('takes too long');
});
