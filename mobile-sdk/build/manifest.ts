import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, entries, SDK_FOLDER } from './entries.ts';
import type { BuiltModule, Format } from './javascript.ts';

/** Ranges of what the built files import: an app gets fixes of socket.io-client without a release of ours. */
const DEPENDENCY_RANGES: Readonly<Record<string, string>> = {
  'openapi-fetch': '^0.17.0',
  'socket.io-client': '^4.8.4',
};

/** What an app may bring along, each only for the adapters that take it. None is imported except React, by `./react`. */
const OPTIONAL_PEERS: Readonly<Record<string, string>> = {
  '@op-engineering/op-sqlite': '>=15',
  '@react-native-async-storage/async-storage': '>=2 <4',
  '@react-native-community/netinfo': '>=11',
  'expo-location': '>=18',
  'expo-sqlite': '>=15',
  react: '>=18',
  'react-native': '>=0.79',
  'react-native-mmkv': '>=4',
};

/** What the generated package.json takes over from the workspace's. */
interface WorkspaceManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly homepage: string;
  readonly bugs: string;
  readonly repository: object;
}

/**
 * The package.json that is published. Its dependencies are what the built files import.
 * @throws Error when they import a package for which no range is known: decide there whether it becomes a dependency or is bundled
 */
export function publishedManifest(built: readonly BuiltModule[]): object {
  const { name, version, license, homepage, bugs, repository } = JSON.parse(
    readFileSync(join(SDK_FOLDER, 'package.json'), 'utf8'),
  ) as WorkspaceManifest;
  const all = entries();
  return {
    name,
    version,
    description: 'Rideline on phones: drivers, riders, sessions and a typed REST client',
    keywords: ['ride-hailing', 'delivery', 'fleet', 'realtime', 'react-native', 'socket.io'],
    license,
    homepage,
    bugs,
    repository,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    main: `./${javascriptOf('cjs', 'index')}`,
    module: `./${javascriptOf('esm', 'index')}`,
    types: `./${typesOf('cjs', 'index')}`,
    exports: {
      ...Object.fromEntries(all.map((entry) => [entry.subpath, conditionsOf(entry)])),
      './package.json': './package.json',
    },
    files: ['dist', ...all.filter(({ name }) => name !== 'index').map(({ name }) => name), 'CHANGELOG.md'],
    dependencies: dependenciesOf(built),
    peerDependencies: OPTIONAL_PEERS,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(OPTIONAL_PEERS).map((peer) => [peer, { optional: true }]),
    ),
  };
}

/**
 * The package.json of a folder named like the entry. Resolvers that ignore `exports` find it there: Metro before 0.82, TypeScript's
 * `moduleResolution: node10`, webpack 4.
 */
export function folderManifest({ name }: Entry): object {
  return {
    main: `../${javascriptOf('cjs', name)}`,
    module: `../${javascriptOf('esm', name)}`,
    types: `../${typesOf('cjs', name)}`,
    sideEffects: false,
  };
}

/** package.json of `dist/esm` and `dist/cjs`: how Node and TypeScript read the `.js` and `.d.ts` files in it. */
export function formatManifest(format: Format): object {
  return { type: format === 'esm' ? 'module' : 'commonjs', sideEffects: false };
}

function conditionsOf({ name }: Entry): object {
  return {
    import: { types: `./${typesOf('esm', name)}`, default: `./${javascriptOf('esm', name)}` },
    require: { types: `./${typesOf('cjs', name)}`, default: `./${javascriptOf('cjs', name)}` },
  };
}

const javascriptOf = (format: Format, name: string) => `dist/${format}/${name}.js`;
const typesOf = (format: Format, name: string) => `dist/${format}/types/entries/${name}.d.ts`;

function dependenciesOf(built: readonly BuiltModule[]): Record<string, string> {
  const imported = new Set(
    built.flatMap(({ imports }) => imports).filter((name) => !name.startsWith('node:')),
  );
  const dependencies: Record<string, string> = {};
  for (const name of [...imported].toSorted()) {
    if (name in OPTIONAL_PEERS) continue;
    const range = DEPENDENCY_RANGES[name];
    if (range === undefined)
      throw new Error(`the package imports ${name}: give it a range in build/manifest.ts`);
    dependencies[name] = range;
  }
  return dependencies;
}
