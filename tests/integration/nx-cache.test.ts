import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Large, and no source of what is checked here. */
const LEFT_OUT = ['load/data/', 'dashboard/public/', 'docs/'];
const TARGETS = ['check', 'lint', 'test', 'build'];

let folder: string;

/** A copy whose node_modules holds links to the installed packages, but to the copy's own projects. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0')) {
    if (file === '' || LEFT_OUT.some((left) => file.startsWith(left)) || !existsSync(join(ROOT, file)))
      continue;
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  const installed = join(ROOT, 'node_modules');
  mkdirSync(join(folder, 'node_modules/@rideline'), { recursive: true });
  for (const name of readdirSync(installed))
    if (name !== '@rideline') symlinkSync(join(installed, name), join(folder, 'node_modules', name));
  for (const project of ['packages/contract', 'packages/platform', 'mobile-sdk'])
    symlinkSync(
      join(folder, project),
      join(folder, 'node_modules/@rideline', project.replace('packages/', '')),
    );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function nx(...args: readonly string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'node_modules/nx/dist/bin/nx.js'), ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' },
    },
  );
  return { code: status, output: stdout + stderr };
}

test('OPS-45: every project has the targets check, lint, test and build', () => {
  const all = nx('show', 'projects')
    .output.split('\n')
    .filter((name) => name !== 'workspace')
    .sort();
  expect(all).toContain('contract');
  for (const target of TARGETS) {
    const having = nx('show', 'projects', '--with-target', target).output.split('\n');
    expect(having.filter((name) => name !== 'workspace').sort(), target).toEqual(all);
  }
});

test('OPS-45: a change of the contract makes the cached check of a project that depends on it stale', () => {
  expect(nx('check', 'mobile-sdk')).toMatchObject({ code: 0 });
  const again = nx('check', 'mobile-sdk');
  expect(again.code).toBe(0);
  expect(again.output).toMatch(/cache/);

  appendFileSync(join(folder, 'packages/contract/src/index.ts'), "\nexport const broken: number = 'text';\n");
  const broken = nx('check', 'mobile-sdk');
  expect(broken.output).toContain("Type 'string' is not assignable to type 'number'");
  expect(broken.code).toBe(1);
});
