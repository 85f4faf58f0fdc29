import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installedMatches, isInstalled } from './packages-installed.ts';

const locked = {
  '': {},
  api: { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/@rideline/api': { link: true },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
};
const installed = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/@rideline/api': { link: true },
};

test('OPS-21: the installed packages match the lock file; optional ones may be absent', () => {
  expect(installedMatches(locked, installed)).toBe(true);
});

test('OPS-21: another version, another digest or a missing package means an installation', () => {
  const other = (entry: object) => ({ ...installed, 'node_modules/a': entry });
  expect(installedMatches(locked, other({ version: '1.0.1', integrity: 'sha512-a' }))).toBe(false);
  expect(installedMatches(locked, other({ version: '1.0.0', integrity: 'sha512-b' }))).toBe(false);
  expect(installedMatches(locked, { 'node_modules/@rideline/api': { link: true } })).toBe(false);
});

test('OPS-85: packages that a killed npm removed, and records that it left half written, mean an installation, whatever the stamp says', () => {
  const root = mkdtempSync(join(tmpdir(), 'rl-installed-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (file: string, value: unknown) =>
    writeFileSync(join(root, file), typeof value === 'string' ? value : JSON.stringify(value));
  const records = { packages: installed };
  mkdirSync(join(root, 'node_modules/a'), { recursive: true });
  mkdirSync(join(root, 'node_modules/@rideline/api'), { recursive: true });
  write('package-lock.json', { packages: locked });
  write('node_modules/a/package.json', {});
  expect(isInstalled(root)).toBe(false);
  write('node_modules/.package-lock.json', records);
  // The second time by the stamp that the first one wrote.
  expect([isInstalled(root), isInstalled(root)]).toEqual([true, true]);
  rmSync(join(root, 'node_modules/a'), { recursive: true });
  expect(isInstalled(root)).toBe(false);
  mkdirSync(join(root, 'node_modules/a'));
  write('node_modules/a/package.json', {});
  write('node_modules/.package-lock.json', '{"packages":');
  expect(isInstalled(root)).toBe(false);
  write('node_modules/.package-lock.json', records);
  rmSync(join(root, 'node_modules/@rideline/api'), { recursive: true });
  expect(isInstalled(root)).toBe(false);
});
