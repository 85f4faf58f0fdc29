import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A fresh project into which npm installs packages from its registry. Returns its folder. */
export async function npmProject(
  folder: string,
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
  type: 'module' | 'commonjs' = 'module',
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'fresh', version: '1.0.0', private: true, type };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await promisify(execFile)(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...packages],
    { cwd: folder },
  );
  return folder;
}
