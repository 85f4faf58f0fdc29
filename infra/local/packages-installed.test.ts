import { expect, test } from 'vitest';
import { installedMatches } from './packages-installed.ts';

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
