import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../local/paths.ts';
import { bumpLock, bumpManifest, bumpSource, nextVersion, SOURCES_WITH_VERSION } from './version.ts';

test('OPS-49: a bump or a higher version; nothing else', () => {
  expect(nextVersion('0.1.9', 'patch')).toBe('0.1.10');
  expect(nextVersion('0.1.9', 'minor')).toBe('0.2.0');
  expect(nextVersion('0.1.9', 'major')).toBe('1.0.0');
  expect(nextVersion('0.9.0', '0.10.0')).toBe('0.10.0');
  for (const requested of ['0.1.9', '0.1.8', '0.0.99', 'v0.2.0', '0.2', 'next', '0.2.0-rc.1'])
    expect(nextVersion('0.1.9', requested), requested).toBeNull();
});

test('OPS-49: every project gets the version, and the projects it depends on; other dependencies stay', () => {
  const text = JSON.stringify({
    name: '@rideline/api',
    version: '0.1.0',
    dependencies: { '@rideline/contract': '0.1.0', zod: '0.1.0' },
  });
  expect(JSON.parse(bumpManifest(text, '0.2.0'))).toEqual({
    name: '@rideline/api',
    version: '0.2.0',
    dependencies: { '@rideline/contract': '0.2.0', zod: '0.1.0' },
  });
});

const current: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;

test('OPS-49: a package.json keeps its form', () => {
  for (const file of ['package.json', 'api/package.json', 'packages/contract/package.json']) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(bumpManifest(text, current), file).toBe(text);
  }
});

test('OPS-49: every source that names the version of a client is changed', () => {
  const listed = execFileSync('git', ['grep', '-lF', `/${current}'`, '--', '*.ts', '*.tsx'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(listed.trim().split('\n').sort()).toEqual([...SOURCES_WITH_VERSION].sort());
  for (const file of SOURCES_WITH_VERSION) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(bumpSource(text, current, '9.9.9'), file).toContain("/9.9.9'");
  }
});

test('OPS-49: in the lock file only the workspaces change, and the text keeps its form', () => {
  const artillery = readFileSync(join(ROOT, 'load/artillery/package-lock.json'), 'utf8');
  expect(bumpLock(artillery, JSON.parse(artillery).version)).toBe(artillery);
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const { version, packages } = JSON.parse(text);
  expect(bumpLock(text, version)).toBe(text);
  const bumped = JSON.parse(bumpLock(text, '9.9.9')).packages;
  for (const [path, entry] of Object.entries(packages)) {
    if (path.includes('node_modules/')) expect(bumped[path]).toEqual(entry);
    else expect(bumped[path].version, path).toBe('9.9.9');
  }
});
