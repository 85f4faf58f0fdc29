import { ROOT } from '@rideline/infra/local/paths';
import { expect, it } from 'vitest';
import { startChild } from '../harness/processes/child-process.ts';

/** At full size the run that docs/bench keeps; else one that fits into CI. */
const FULL = process.env.TEST_MODE === 'faults';
const USERS = FULL ? 7000 : 30;
/** Slower than any machine's workers, so that the queue's limiter decides how long documents wait. */
const PER_MINUTE = FULL ? 3000 : 60;

const SCRIPT = `
  const { loadUploads } = await import('./load/src/uploads/run.ts');
  const { uploadsTargets } = await import('./load/src/uploads/report.ts');
  const result = await loadUploads({
    users: ${USERS},
    perMinute: ${PER_MINUTE},
    warmUp: ${FULL ? 200 : 6},
    onProgress: console.error,
    signal: new AbortController().signal,
  });
  console.log(JSON.stringify({ ...result, targets: uploadsTargets(result) }));`;

it(`DOC-63: of ${USERS} documents that are submitted at once none is lost, and the estimated waits are right`, async () => {
  // A process of its own: it lowers its priority.
  const load = startChild(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: ROOT,
    env: process.env,
  });
  const code = await load.ended;
  const line = load
    .output()
    .split('\n')
    .find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`the uploads ended with ${code}:\n${load.output()}`);
  const result = JSON.parse(line);
  expect(result).toMatchObject({ users: USERS, processed: USERS, lost: 0, rejected: 0 });
  // Without documents that waited for long nothing was judged.
  expect(result.judged).toBeGreaterThan(USERS / 3);
  expect(result.right).toBeGreaterThanOrEqual(result.judged * 0.9);
  expect([code, result.targets.filter(({ met }: { met: boolean }) => !met)]).toEqual([0, []]);
}, 900_000);
