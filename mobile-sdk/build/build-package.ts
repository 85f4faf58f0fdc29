import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeDeclarations } from './declarations.ts';
import { entries, SDK_FOLDER } from './entries.ts';
import { type BuiltModule, buildJavaScript, FORMATS } from './javascript.ts';
import { folderManifest, formatManifest, publishedManifest } from './manifest.ts';

export interface BuiltPackage {
  /** The package as it is after installing: package.json, dist, README.md. */
  readonly folder: string;
  /** What `npm publish` would upload. */
  readonly tarball: string;
  readonly modules: readonly BuiltModule[];
}

/** Written by people, and taken into the package as they are. */
const TEXTS: Readonly<Record<string, string>> = {
  'README.md': 'README.md',
  'CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: '../LICENSE',
};

/**
 * Builds `@rideline/sdk` into `folder/package`, and packs it beside it. What the folder had before is removed.
 * @throws Error when a file cannot be built, or would need a package that no app installs
 */
export async function buildPackage(folder: string): Promise<BuiltPackage> {
  rmSync(folder, { recursive: true, force: true });
  const packageFolder = join(folder, 'package');
  const dist = join(packageFolder, 'dist');
  mkdirSync(dist, { recursive: true });
  const modules = await buildJavaScript(dist);
  writeDeclarations(FORMATS.map((format) => join(dist, format, 'types')));
  for (const format of FORMATS) writeJson(join(dist, format, 'package.json'), formatManifest(format));
  for (const entry of entries()) {
    if (entry.name === 'index') continue;
    mkdirSync(join(packageFolder, entry.name));
    writeJson(join(packageFolder, entry.name, 'package.json'), folderManifest(entry));
  }
  for (const [name, source] of Object.entries(TEXTS))
    cpSync(join(SDK_FOLDER, source), join(packageFolder, name));
  writeJson(join(packageFolder, 'package.json'), publishedManifest(modules));
  return { folder: packageFolder, tarball: await pack(packageFolder, folder), modules };
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Returns the path of the tarball. */
async function pack(packageFolder: string, folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: packageFolder },
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack has named no file: ${stdout}`);
  return join(folder, packed.filename);
}
