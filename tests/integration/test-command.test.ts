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

let checkout: Checkout;
beforeAll(() => {
  checkout = createCheckout(PLAIN_FOLDER);
  writeFileSync(join(checkout.folder, 'tests/good-fixture.test.ts'), GOOD);
  writeFileSync(join(checkout.folder, 'tests/bad-fixture.test.ts'), BAD);
});
afterAll(() => checkout.remove());

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

it('OPS-31: a run whose tests pass ends with its sums and exit code 0; one that finds no test with exit code 1', async () => {
  const good = await checkout.rideline(['test', 'good-fixture']);
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
