import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Checkout, createCheckout } from '../harness/commands/checkout.ts';
import { runProgram } from '../harness/commands/run-program.ts';

/** Every failure that an operator can fix: one line with the remedy, exit code 1. */
let checkout: Checkout;
beforeAll(() => {
  checkout = createCheckout();
});
afterAll(() => checkout.remove());

function expectOneLine(
  result: { code: number; stderr: string },
  parts: readonly string[],
  exitCode = 1,
): void {
  expect(result.code).toBe(exitCode);
  const lines = result.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  for (const part of parts) expect(lines[0]).toContain(part);
}

test('OPS-37: help, no command and an unknown command', async () => {
  for (const args of [[], ['help'], ['--help']]) {
    const { code, stdout } = await checkout.rideline(args);
    expect(code).toBe(0);
    for (const command of ['demo', 'test', 'up', 'down', 'status', 'doctor', 'token'])
      expect(stdout).toContain(command);
  }
  const unknown = await checkout.rideline(['fly']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr.trim().split('\n').at(-1)).toContain("there is no command 'fly'");
});

test.each([
  [['up', '--prot', '1'], '--prot'],
  [['up', '--port', 'x'], "'x' is not a port"],
  [['up', '--scale', 'gateway=0'], 'not a scale'],
  [['up', 'word'], "unexpected argument 'word'"],
  [['logs'], 'logs needs a name'],
  [['drain'], 'drain needs a gateway'],
  [['token', '--role', 'king', '--id', 'a'], "there is no role 'king'. The roles are driver, rider"],
  [['token', '--id', 'a'], 'token needs --role'],
  [['logs', 'nope'], "there is no log 'nope'"],
  [['bench', 'speed'], "there is no bench 'speed'"],
  [['load', 'rush-hour'], "'rush-hour'"],
  [['demo', '--speed', 'fast'], "--speed: 'fast'"],
  [['soak', '--hours', '0'], "--hours: '0'"],
  [['fuzz', '--roles', 'king'], '--roles'],
  [['test', '--quickly'], '--quickly'],
  [['check-config', '--all'], '--all'],
])('OPS-25: %j is a usage error, exit code 2', async (args, part) => {
  expectOneLine(await checkout.rideline(args), [part], 2);
});

test('OPS-25: a valid command that cannot be carried out exits with 1', async () => {
  expectOneLine(await checkout.rideline(['drain', 'gateway-1']), ['no cluster is running']);
});

test('OPS-37: CDPATH in the environment does not lead the launcher to another folder', async () => {
  const { code, stdout, stderr } = await runProgram(`${basename(checkout.folder)}/rideline`, ['--version'], {
    cwd: dirname(checkout.folder),
    env: { ...process.env, CDPATH: dirname(checkout.folder) },
    timeoutMs: 30_000,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^rideline \d/);
});

test('OPS-37: an unwritable folder gives one line with the remedy', async () => {
  const data = join(checkout.folder, '.rideline/up');
  rmSync(data, { recursive: true, force: true });
  // Root may write anywhere, so permissions prove nothing here: a file in the folder's place blocks every user.
  writeFileSync(data, '');
  expectOneLine(await checkout.rideline(['up']), [data, 'cannot be written', 'chown']);
  unlinkSync(data);
});

test('OPS-37: a full disk gives one line with the remedy', async (context) => {
  const data = join(checkout.folder, '.rideline/up');
  mkdirSync(data, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'full', data], { stdio: 'pipe' });
  } catch {
    return context.skip('mounting a small disk needs root');
  }
  try {
    expectOneLine(await checkout.rideline(['up']), ['is full', '10 MB free']);
  } finally {
    execFileSync('umount', [data]);
  }
});

test('OPS-37: a missing program names the package to install', async () => {
  // A PATH with bash and coreutils only: no apt-get, no sudo, none of the machine's other programs.
  const bin = join(checkout.folder, 'bin');
  mkdirSync(bin);
  for (const name of ['bash', 'id', 'sh'])
    execFileSync('ln', ['-s', `/bin/${name === 'id' ? '../usr/bin/id' : name}`, join(bin, name)]);
  const imported = (path: string) => JSON.stringify(pathToFileURL(join(checkout.folder, path)).href);
  const script = `
    import { installDebianPackages } from ${imported('infra/local/debian-packages.ts')};
    import { runCommand } from ${imported('infra/local/run-command.ts')};
    await runCommand(() => installDebianPackages(['haproxy']));
  `;
  const file = join(checkout.folder, 'missing.ts');
  writeFileSync(file, script);
  let stderr = '';
  try {
    execFileSync(process.execPath, [file], { env: { PATH: bin }, stdio: 'pipe' });
  } catch (error) {
    stderr = String((error as { stderr: Buffer }).stderr);
  }
  expect(stderr.trim()).toContain('rideline: haproxy is missing');
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('OPS-38: reset asks first, and removes data but neither keys nor tools', async () => {
  const data = join(checkout.folder, '.rideline/up/thing');
  mkdirSync(data, { recursive: true });
  expectOneLine(await checkout.rideline(['reset']), ['.rideline/up', '--yes']);
  const { code, stdout } = await checkout.rideline(['reset', '--yes']);
  expect(code).toBe(0);
  expect(stdout).toContain('Removed .rideline/up');
  expect((await checkout.rideline(['reset', '--yes'])).stdout).toContain('nothing to remove');
});

test('OPS-39: two invocations at once both work', async () => {
  const results = await Promise.all([1, 2, 3].map(() => checkout.rideline(['status', '--json'])));
  for (const { code, stdout } of results) {
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ running: false });
  }
});
