import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Checkout, createCheckout, PLAIN_FOLDER } from '../harness/commands/checkout.ts';

/** Tests of a copy of this checkout, run by its own `./rideline test`. */
const GOOD = `
import { expect, test } from 'vitest';
test('passes', () => expect(1).toBe(1));
`;
const BAD = `
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
test('passes', () => expect(1).toBe(1));
test('fails', () => expect(1).toBe(2));
test('is skipped', (context) => context.skip('a reason'));
test('leaves a folder and a process', () => {
  mkdirSync(join(tmpdir(), 'left-by-a-test'));
  spawn('sleep', ['61'], { stdio: 'ignore' }).unref();
});
test('leaves an error', () => {
  void Promise.reject(new Error('nobody waits for this'));
});
`;
const HANGING = `
import { test } from 'vitest';
test('hangs in a loop', async () => {
  console.log('the last line before it');
  // Lines are sent between two tasks.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (;;);
});
`;

let checkout: Checkout;
beforeAll(() => {
  checkout = createCheckout(PLAIN_FOLDER);
  writeFileSync(join(checkout.folder, 'tests/good-fixture.test.ts'), GOOD);
  writeFileSync(join(checkout.folder, 'tests/hanging-fixture.test.ts'), HANGING);
  writeFileSync(join(checkout.folder, 'tests/bad-fixture.test.ts'), BAD);
});
afterAll(() => checkout.remove());

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

it('OPS-31: a run whose tests pass ends with its sums and exit code 0; one that finds no test with exit code 1', async () => {
  const good = await checkout.rideline(['test', 'good-fixture']);
  expect(good.stdout).toMatch(/^ {2}unit: 1 files, \d+ s$/m);
  expect([good.code, lastLine(good.stdout)]).toEqual([0, '1 passed, 0 failed, 0 skipped']);
  const none = await checkout.rideline(['test', 'no-such-fixture']);
  expect(none.code).toBe(1);
  expect(lastLine(none.stdout)).toMatch(/^\d+ passed, \d+ failed, \d+ skipped$/);
});

it('OPS-81: a run names what its tests leave behind, errors outside of tests, and why a test was skipped', async () => {
  const bad = await checkout.rideline(['test', 'bad-fixture']);
  expect(bad.code).toBe(1);
  // The failed test, the error, the process and the folder.
  expect(lastLine(bad.stdout)).toBe('3 passed, 4 failed, 1 skipped');
  expect(bad.stdout).toMatch(/left running: \d+ sleep 61/);
  expect(bad.stdout).toContain('left in the temporary folder: left-by-a-test');
  expect(bad.stdout).toContain('an error outside of every test, while tests/bad-fixture.test.ts');
  expect(bad.stdout).toContain('nobody waits for this');
  expect(bad.stdout).toContain('is skipped — a reason');
  expect(bad.stdout).toContain('expected 1 to be 2');
});

it('OPS-91: a file that runs for longer than the limit is ended with the test that ran and what it wrote; the other files run', async () => {
  const { code, stdout } = await checkout.rideline(['test', 'hanging-fixture', 'good-fixture'], {
    TEST_FILE_MS: '8000',
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL tests\/hanging-fixture\.test\.ts: ended after \d+ s/);
  expect(stdout).toMatch(/ran for \d+ s: hangs in a loop\n +\| the last line before it/);
  expect(stdout).toContain('ok   tests/good-fixture.test.ts: 1 passed');
  expect(lastLine(stdout)).toMatch(/^1 passed, [1-3] failed, 0 skipped$/);
});
