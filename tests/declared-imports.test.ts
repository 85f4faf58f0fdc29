import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
// The alias of TypeScript 6: version 7 has no compiler API.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

const rootManifest = manifestOf('.');
const folders = (rootManifest.workspaces ?? []).flatMap((pattern) =>
  pattern.endsWith('/*')
    ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => `${pattern.slice(0, -1)}${name}`)
    : [pattern],
);
/** What the workspace as a whole brings for tests and tools: vitest, fast-check, TypeScript. */
const sharedTooling = new Set(Object.keys(rootManifest.devDependencies ?? {}));

/** The files of a project in which only tests and tools run. */
function isTooling(folder: string, file: string): boolean {
  return folder === 'tests' || /\.test\.tsx?$/.test(file);
}

/** `@scope/name` or `name` of a bare specifier; null for a relative path, a built-in module or one that Vite makes up. */
function packageOf(specifier: string): string | null {
  if (/^[./]/.test(specifier) || isBuiltin(specifier) || specifier.startsWith('virtual:')) return null;
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Imports, exports from, dynamic imports and imported types; and modules whose path a file asks for. */
function packagesIn(text: string): Set<string> {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  for (const [, asked] of text.matchAll(
    /\b(?:require|meta|createRequire\([^()]*\))\.resolve\(\s*['"]([^'"]+)['"]/g,
  ))
    if (asked) specifiers.push(asked);
  return new Set(specifiers.map(packageOf).filter((name) => name !== null));
}

interface Use {
  readonly file: string;
  readonly name: string;
  readonly isTooling: boolean;
}

/** Packages inside a project that are installed by themselves and import nothing at run time but Node and their own files. */
const PACKAGES_INSIDE = /^artillery\//;

function usesOf(folder: string): Use[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist|target)\//.test(file))
    .filter((file) => !(folder === 'load' && PACKAGES_INSIDE.test(file)))
    .flatMap((file) =>
      [...packagesIn(readFileSync(join(root, folder, file), 'utf8'))].map((name) => ({
        file,
        name,
        isTooling: isTooling(folder, file),
      })),
    );
}

/** `@types/koa` declares the types of `koa`, and of an import of types alone (`geojson`). */
function isDeclared(name: string, declared: ReadonlySet<string>): boolean {
  return declared.has(name) || declared.has(`@types/${name.replace('@', '').replace('/', '__')}`);
}

describe.each(folders)('%s', (folder) => {
  const manifest = manifestOf(folder);
  const dependencies = new Set(Object.keys(manifest.dependencies ?? {}));
  const devDependencies = new Set(Object.keys(manifest.devDependencies ?? {}));
  const declared = new Set([...dependencies, ...devDependencies]);
  const uses = usesOf(folder).filter(({ name }) => name !== manifest.name);

  it('OPS-44: every import is declared in its package.json', () => {
    const undeclared = uses
      .filter(({ name }) => !isDeclared(name, declared))
      .filter((use) => !(use.isTooling && sharedTooling.has(use.name)))
      .map(({ file, name }) => `${folder}/${file} imports ${name}`);
    expect(undeclared).toEqual([]);
  });

  it('OPS-44: every declared dependency is imported, and one that only tests import is a devDependency', () => {
    const used = new Set(uses.map(({ name }) => name));
    const unused = [...declared].filter((name) => !used.has(name.replace(/^@types\//, '')));
    expect(unused, 'declared and not imported').toEqual([]);

    const usedByProduct = new Set(uses.filter((use) => !use.isTooling).map(({ name }) => name));
    const testOnly = [...dependencies].filter((name) => folder !== 'tests' && !usedByProduct.has(name));
    expect(testOnly, 'imported by tests only').toEqual([]);
  });
});
