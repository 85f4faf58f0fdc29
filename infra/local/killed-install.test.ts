import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refuseUnbuildable } from './page-builds.ts';
import { ROOT } from './paths.ts';
import { findProgram } from './program-path.ts';

const SOON = { timeout: 30_000, interval: 50 };
/** What the script calls; flock is on Linux only. */
const PROGRAMS = 'bash cat dirname env head mkdir mv readlink rm sed sleep tail tr uname wc'.split(' ');

/** A checkout without packages, and an npm that installs nothing until it may. */
let bare: string;
const children: ChildProcess[] = [];
const npmRuns = () =>
  existsSync(join(bare, 'npm-runs'))
    ? readFileSync(join(bare, 'npm-runs'), 'utf8').split('\n').length - 1
    : 0;

beforeEach(() => {
  bare = mkdtempSync(join(tmpdir(), 'rl-install-'));
  for (const file of ['rideline', 'package.json', 'infra/local'])
    cpSync(join(ROOT, file), join(bare, file), { recursive: true });
  writeFileSync(join(bare, 'package-lock.json'), '{"packages":{}}');
  mkdirSync(join(bare, 'bin'));
  for (const name of PROGRAMS) symlinkSync(findProgram(name) ?? name, join(bare, 'bin', name));
  symlinkSync(process.execPath, join(bare, 'bin/node'));
  const npm = `#!/usr/bin/env bash
if [ "$1" = --version ]; then echo 99.0.0; exit; fi
cd '${bare}'
echo run >>npm-runs
until [ -f may-end ]; do sleep 0.1; done
mkdir -p node_modules
printf '{"packages":{}}' >node_modules/.package-lock.json
`;
  writeFileSync(join(bare, 'bin/npm'), npm);
  chmodSync(join(bare, 'bin/npm'), 0o755);
});
afterEach(async () => {
  writeFileSync(join(bare, 'may-end'), '');
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(bare, { recursive: true, force: true });
});

function launch(args: readonly string[], cwd = bare) {
  const child = spawn('./rideline', args, { cwd, env: { PATH: join(bare, 'bin') } });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return { child, closed: once(child, 'close'), output: () => output };
}

test.for(['flock', 'a folder, where flock is missing'])(
  'OPS-85: after kill -9 of an installing launcher the next one waits for its npm and installs nothing twice (%s)',
  async (lock, { skip }) => {
    const flock = lock === 'flock' ? findProgram('flock') : null;
    if (lock === 'flock' && flock === null) return skip('this machine has no flock');
    if (flock !== null) symlinkSync(flock, join(bare, 'bin/flock'));
    const first = launch(['status']);
    await vi.waitFor(() => expect(npmRuns()).toBe(1), SOON);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = launch(['status']);
    if (lock === 'flock')
      await vi.waitFor(() => expect(second.output()).toContain('another ./rideline is installing'), SOON);
    writeFileSync(join(bare, 'may-end'), '');
    await second.closed;
    // It has no packages in truth; it got as far as running the command.
    expect(second.output()).not.toContain('npm packages');
    expect(npmRuns()).toBe(1);
    expect(existsSync(join(bare, 'node_modules/.rideline-lock'))).toBe(true);
    expect(existsSync(join(bare, '.rideline/install.lock.d'))).toBe(false);
  },
);

test.each(['a#b', 'a?b', 'a[b', 'a{b', 'a\\b'])(
  'OPS-85: a folder named %s, in which the dashboard cannot be built, is refused before anything is installed',
  async (name) => {
    const odd = join(bare, name);
    mkdirSync(join(odd, 'dashboard'), { recursive: true });
    writeFileSync(join(odd, 'dashboard/index.html'), '');
    for (const file of ['rideline', 'infra', 'package.json', 'package-lock.json'])
      renameSync(join(bare, file), join(odd, file));
    const { closed, output } = launch(['up'], odd);
    expect(await closed).toEqual([1, null]);
    expect(output()).toBe(
      `rideline: the dashboard cannot be built in a folder whose path contains one of # ? [ { \\: ${odd}. Rename or move the folder\n`,
    );
    expect(npmRuns()).toBe(0);
    expect(() => refuseUnbuildable(odd)).toThrow(`contains one of # ? [ { \\: ${odd}`);
    expect(() => refuseUnbuildable(bare)).not.toThrow();
  },
);

test('OPS-85: a lock file that cannot be written gives one line with the remedy', async ({ skip }) => {
  const flock = findProgram('flock');
  if (flock === null) return skip('this machine has no flock');
  symlinkSync(flock, join(bare, 'bin/flock'));
  // Root may write any file, so a folder stands in its place.
  mkdirSync(join(bare, '.rideline/install.lock'), { recursive: true });
  const { closed, output } = launch(['status']);
  expect(await closed).toEqual([1, null]);
  expect(output()).toMatch(
    /^rideline: .*install\.lock cannot be written\. Change its owner: sudo chown .*\n$/,
  );
});

test('OPS-85: a front port that another program uses is refused before anything is installed', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { closed, output } = launch(['up', '--port', String(port)]);
  expect(await closed).toEqual([1, null]);
  server.close();
  expect(output()).toBe(
    `rideline: port ${port} is in use by another program. Give another one with --port, or stop what uses it\n`,
  );
  expect(npmRuns()).toBe(0);
});
