import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './paths.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

test('OPS-43: the script, .node-version, package.json and the workflow name the same Node and npm', () => {
  const script = read('rideline');
  const constant = (name: string): string => new RegExp(`\\b${name}=([0-9.]+)`).exec(script)?.[1] ?? '';
  const manifest = JSON.parse(read('package.json'));
  expect(read('.node-version')).toBe(`${constant('NODE_VERSION')}\n`);
  expect(manifest.engines.node).toBe(`>=${constant('NODE_LEAST_MAJOR')}.${constant('NODE_LEAST_MINOR')}`);
  expect(manifest.packageManager).toBe(`npm@${constant('NPM_VERSION')}`);
  expect(read('.github/workflows/ci.yml')).toContain('node-version-file: .node-version');
});
