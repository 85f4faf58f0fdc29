import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../local/paths.ts';
import { isAllowed, licencesPage, licensedPackages } from './licences.ts';

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const licensed = licensedPackages(packages);

test('OPS-47: every dependency has a licence that is allowed', () => {
  expect(licensed.length).toBeGreaterThan(100);
  const forbidden = licensed.filter(({ licence }) => !isAllowed(licence));
  expect(forbidden.map(({ name, version, licence }) => `${name}@${version}: ${licence}`)).toEqual([]);
});

test('OPS-47: docs/licences.md is current (node infra/release/write-licences.ts writes it)', () => {
  expect(readFileSync(join(ROOT, 'docs/licences.md'), 'utf8')).toBe(licencesPage(licensed));
});

test('OPS-47: an expression is allowed when one side of OR is, and both of AND', () => {
  expect(isAllowed('MIT')).toBe(true);
  expect(isAllowed('(GPL-3.0-only OR MIT)')).toBe(true);
  expect(isAllowed('Apache-2.0 AND LGPL-3.0-or-later AND MIT')).toBe(true);
  for (const text of [
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    'AGPL-3.0-or-later',
    'SSPL-1.0',
    'UNLICENSED',
    'none',
  ])
    expect(isAllowed(text), text).toBe(false);
});

test('OPS-47: a package that one path needs at run time is not for development only; links are left out', () => {
  const found = licensedPackages({
    '': {},
    'node_modules/@rideline/api': { link: true },
    'node_modules/b/node_modules/a': { version: '1.0.0', license: 'MIT', dev: true },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/c/node_modules/a': { version: '1.0.0', license: 'MIT', dev: true },
    'node_modules/d': { version: '2.0.0' },
  });
  expect(found).toEqual([
    { name: 'a', version: '1.0.0', licence: 'MIT', isDevelopmentOnly: false },
    { name: 'd', version: '2.0.0', licence: 'none', isDevelopmentOnly: false },
  ]);
});
