import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { expect, it } from 'vitest';
import { ARTILLERY_FOLDER } from './artillery-install.ts';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> }>
  >;
}

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
const lockOf = (folder: string) => JSON.parse(read(folder, 'package-lock.json')) as Lock;

it('LOAD-8: Artillery has an exact version in its own lock file, without install scripts, and no part in the install of the repository', () => {
  const { dependencies } = JSON.parse(read(ARTILLERY_FOLDER, 'package.json')) as { dependencies: object };
  expect(dependencies).toEqual({ artillery: '2.0.34' });
  const own = lockOf(ARTILLERY_FOLDER).packages;
  expect(own['']?.dependencies).toEqual(dependencies);
  expect(own['node_modules/artillery']?.version).toBe('2.0.34');
  // npm reads the file of the folder in which it runs, and no other.
  expect(read(ARTILLERY_FOLDER, '.npmrc')).toBe(read(ROOT, '.npmrc'));
  expect(Object.keys(lockOf(ROOT).packages).filter((path) => path.includes('artillery'))).toEqual([]);
});
