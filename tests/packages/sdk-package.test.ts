import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { ROOT } from '@rideline/infra/local/paths';
import { renderApiReference } from '@rideline/sdk/build/api-reference';
import { type BuiltPackage, buildPackage } from '@rideline/sdk/build/build-package';
import { entries } from '@rideline/sdk/build/entries';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { startTripHarness } from '../harness/cluster/trip-harness.ts';
import { startChild } from '../harness/processes/child-process.ts';
import { type FreshProject, freshProject, readmeExample } from './fresh-project.ts';
import { nodeOfMajor, OLDEST_NODE } from './node-versions.ts';

/** As size-limit counts. */
const KB = 1000;
const SIGN_IN = ['openSession', 'createSession'];
/** What an app imports of an entry, and the most bytes of gzip that it then carries, without socket.io-client. */
const CARRIED = [
  { entry: 'driver', names: valuesOfReadme('driver'), most: 14 * KB },
  { entry: 'rider', names: valuesOfReadme('rider'), most: 12.2 * KB },
  { entry: 'index', names: ['createDriver', 'createRider', ...SIGN_IN], most: 20 * KB },
  { entry: 'driver', names: ['createDriver', 'trackLocation', 'driverStorage', ...SIGN_IN], most: 20.5 * KB },
  { entry: 'rider', names: ['createRider', 'drawnPosition', ...SIGN_IN], most: 15 * KB },
  {
    entry: 'index',
    names: ['createDriver', 'trackLocation', 'driverStorage', 'createRider', 'drawnPosition', ...SIGN_IN],
    most: 25.5 * KB,
  },
];

/** What the example of the README imports to run; types are not carried. */
function valuesOfReadme(name: 'driver' | 'rider'): string[] {
  const [, imported = ''] = /import \{([^}]*)\} from '@rideline\/sdk/.exec(readmeExample(name)) ?? [];
  const names = imported.split(',').map((part) => part.trim());
  return names.filter((part) => part !== '' && !part.startsWith('type '));
}

const run = promisify(execFile);
const all = entries();
/** Peer packages of the entries that import one. */
const PEERS = ['react'];

let folder: string;
let built: BuiltPackage;
let modules: FreshProject;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rideline-sdk-'));
  built = await buildPackage(join(folder, 'dist'));
  modules = freshProject(join(folder, 'modules'), built.tarball, { packages: PEERS });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = (project: FreshProject) => join(project.folder, 'node_modules/@rideline/sdk');

function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

it('SDK-40: the tarball has the entries, in both formats with types, and nothing of the repository besides', () => {
  const path = installed(modules);
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  expect(Object.keys(manifest.exports)).toEqual([...all.map(({ subpath }) => subpath), './package.json']);
  expect(Object.keys(manifest.dependencies)).toEqual(['socket.io-client']);
  for (const peer of Object.keys(manifest.peerDependencies))
    expect(manifest.peerDependenciesMeta[peer], peer).toEqual({ optional: true });
  const workspace = JSON.parse(readFileSync(join(ROOT, 'mobile-sdk/package.json'), 'utf8'));
  expect(
    Object.keys(workspace.exports)
      .filter((key) => !key.startsWith('./build/'))
      .toSorted(),
  ).toEqual(all.map(({ subpath }) => subpath).toSorted());
  const files = filesOf(path);
  expect(files).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'LICENSE']));
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.tsx?$|node_modules/.test(file))).toEqual([]);
  for (const file of files.filter((name) => /\.(js|ts|json)$/.test(name)))
    expect(readFileSync(join(path, file), 'utf8'), file).not.toMatch(
      /['"](zod|@rideline\/(?!sdk\b)[^'"]+|workspace:[^'"]*)['"]/,
    );
});

it('SDK-40: a resolver that ignores `exports` finds each entry in the folder of its name', () => {
  const path = installed(modules);
  for (const { name } of all.filter((entry) => entry.name !== 'index')) {
    const manifest = JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8'));
    for (const field of ['main', 'module', 'types'])
      expect(existsSync(join(path, name, manifest[field])), `${name}: ${field}`).toBe(true);
  }
});

it('SDK-41: publint and Are the types wrong find nothing in the tarball', async () => {
  const bytes = readFileSync(built.tarball);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  if (!analysis.types) throw new Error('no types are found');
  expect(Object.keys(analysis.entrypoints)).toEqual(
    expect.arrayContaining(all.map(({ subpath }) => subpath)),
  );
  expect(analysis.problems).toEqual([]);
});

/** The entry as an app's bundler makes it; `names`: what the app imports of it, default everything. */
async function bundleOf(entry: string, names?: readonly string[]): Promise<string> {
  const from = `from './dist/esm/${entry}.js';`;
  const list = names?.join(', ');
  const { outputFiles } = await build({
    stdin: {
      // Used and not exported again, as size-limit does: the app's own exports are not the SDK's.
      contents: list === undefined ? `export * ${from}` : `import { ${list} } ${from} console.log(${list});`,
      resolveDir: installed(modules),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['socket.io-client', ...PEERS, ...(entry === 'node' ? ['node:*'] : [])],
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

it('SDK-42: the size that an app carries is limited, by what it imports', async () => {
  for (const { entry, names, most } of CARRIED) {
    expect(names).not.toEqual([]);
    const bytes = gzipSync(await bundleOf(entry, names)).length;
    console.log(`${names.join(', ')}: ${(bytes / KB).toFixed(2)} KB`);
    expect(bytes, names.join(', ')).toBeLessThanOrEqual(most);
  }
  // A rider's app carries neither the outbox nor the uploads that it does not use, and a driver's app no followed trips.
  expect(await bundleOf('rider', ['createRider'])).not.toMatch(/"location:update",|"document/);
  expect(await bundleOf('driver', ['createDriver'])).not.toContain('track:subscribe');
  // Neither does an app carry the parts that it has not asked for.
  expect(await bundleOf('driver', ['createDriver'])).not.toMatch(/"driver:health"|"silent_source"|"fixes",/);
  expect(await bundleOf('rider', ['createRider'])).not.toMatch(/atan2/);
});

it('SDK-123: the built files keep the names, lines and doc comments of the sources', () => {
  const built = installed(modules);
  for (const format of ['esm', 'cjs']) {
    const code = filesOf(join(built, 'dist', format))
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(built, 'dist', format, file), 'utf8'))
      .join('\n');
    expect(code).toMatch(/^var Outbox = class \{$|^class Outbox \{$/m);
    expect(code).toMatch(/^\t(async )?#requeueStalled\(nowMs\) \{$/m);
    expect(code).toContain('Keeps every fix of one boot until it is durable');
  }
});

it('SDK-43: the bundles for phones name nothing that Hermes lacks', async () => {
  for (const { name } of all.filter(({ platform }) => platform === 'phone' || platform === 'react')) {
    const code = await bundleOf(name);
    expect(code.length, name).toBeGreaterThan(0);
    expect(code, name).not.toMatch(/\bnew (URL|URLSearchParams|TextEncoder|TextDecoder)\b/);
    expect(code, name).not.toMatch(/\b(structuredClone|crypto\.\w+|AbortSignal\.(any|timeout))\b/);
    expect(code, name).not.toMatch(/\bZodError\b|\$ZodType/);
  }
});

/** What Hermes with React Native, browsers and Node ≥ 20 all have, and the core may use. */
const PHONE_GLOBALS = readFileSync(join(import.meta.dirname, 'phone-globals.d.ts'), 'utf8');

it('SDK-43: the sources for phones are type-checked without the DOM and without Node', async () => {
  const project = freshProject(join(folder, 'phone'), built.tarball, { packages: PEERS });
  project.write('phone-globals.d.ts', PHONE_GLOBALS);
  project.write(
    'tsconfig.json',
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        target: 'es2022',
        lib: ['es2022'],
        types: [],
        paths: {
          '@rideline/contract': [join(ROOT, 'packages/contract/src/index.ts')],
          'socket.io-client': [join(ROOT, 'node_modules/socket.io-client')],
        },
      },
      files: [
        'phone-globals.d.ts',
        ...all.filter(({ platform }) => platform === 'phone').map(({ source }) => source),
      ],
    }),
  );
  // The contract itself is for servers too, and a phone runs none of it but constants.
  const ofSdk = (line: string) => line.includes('mobile-sdk/src/');
  expect((await typeCheck(project.folder)).split('\n').filter(ofSdk)).toEqual([]);
});

/** Returns the errors. */
async function typeCheck(projectFolder: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  try {
    await run(process.execPath, [tsc, '-p', projectFolder, '--noEmit'], { cwd: projectFolder });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it.each([
  ['node16', 'node16', 'module'],
  ['node16', 'node16', 'commonjs'],
  ['esnext', 'bundler', 'module'],
] as const)(
  'SDK-45: TypeScript with module %s and moduleResolution %s reads the types from a project of type %s',
  async (module, moduleResolution, type) => {
    const project = freshProject(join(folder, `types-${moduleResolution}-${type}`), built.tarball, {
      type,
      packages: PEERS,
    });
    project.write('driver.ts', readmeExample('driver'));
    project.write('rider.ts', readmeExample('rider'));
    project.write(
      'entries.ts',
      all.map(({ specifier }, at) => `export * as entry${at} from '${specifier}';`).join('\n'),
    );
    project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module,
          moduleResolution,
          target: 'es2022',
          lib: ['es2022', 'dom'],
          types: [],
          strict: true,
          exactOptionalPropertyTypes: true,
          // The declarations of socket.io-client need those of Node.
          skipLibCheck: false,
        },
        include: ['*.ts'],
      }),
    );
    expect(await typeCheck(project.folder)).toBe('');
  },
);

const NODES = [OLDEST_NODE, Number(process.versions.node.split('.')[0])];

it.for(NODES)(
  'SDK-44: Node %i loads each entry as ES module and as CommonJS, with the same exports',
  async (major, { skip }) => {
    const node = nodeOfMajor(major);
    if (node === null) return skip(`no Node ${major} on the PATH`);
    const specifiers = JSON.stringify(all.map(({ specifier }) => specifier));
    modules.write(
      'load.mjs',
      `const found = {};
for (const specifier of ${specifiers}) found[specifier] = Object.keys(await import(specifier)).sort();
console.log(JSON.stringify(found));`,
    );
    modules.write(
      'load.cjs',
      `const found = {};
for (const specifier of ${specifiers}) found[specifier] = Object.keys(require(specifier)).sort();
console.log(JSON.stringify(found));`,
    );
    const load = async (file: string) => {
      const { stdout } = await run(node, [join(modules.folder, file)], { env: { NODE_OPTIONS: '' } });
      return JSON.parse(stdout) as Record<string, string[]>;
    };
    const asModule = await load('load.mjs');
    expect(asModule['@rideline/sdk/driver']).toContain('createDriver');
    expect(asModule['@rideline/sdk/rider']).toContain('createRider');
    expect(await load('load.cjs')).toEqual(asModule);
  },
);

it('SDK-46: esbuild bundles the entries of a web app for browsers, socket.io-client included', async () => {
  modules.write(
    'web.js',
    all
      .filter(({ platform }) => platform !== 'node')
      .map(({ specifier }) => `export * from '${specifier}';`)
      .join('\n'),
  );
  const { outputFiles, metafile } = await build({
    entryPoints: [join(modules.folder, 'web.js')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  });
  expect(outputFiles).toHaveLength(1);
  expect(Object.keys(metafile.inputs).filter((file) => /node_modules\/(ws|zod)\//.test(file))).toEqual([]);
});

test.each(['driver', 'rider'])('SDK-48: the %s of the README has at most 40 lines', (name) => {
  expect(readmeExample(name).trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

const asJavaScript = (code: string, module: ts.ModuleKind) =>
  ts.transpileModule(code, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText;

test('SDK-48: the driver and the rider of the README take a ride out of the packed package: the driver in CommonJS on the oldest Node, the rider as ES module', async () => {
  const commonJs = freshProject(join(folder, 'commonjs'), built.tarball, { type: 'commonjs' });
  commonJs.write('driver.js', asJavaScript(readmeExample('driver'), ts.ModuleKind.CommonJS));
  commonJs.write(
    'main.js',
    `const { takeRide } = require('./driver.js');
const { URL, TOKEN } = process.env;
takeRide(URL, async () => TOKEN, { lat: 31, lng: -122 }).then((tripId) => console.log('done', tripId));`,
  );
  modules.write('rider.mjs', asJavaScript(readmeExample('rider'), ts.ModuleKind.ESNext));
  modules.write(
    'main.mjs',
    `import { ride } from './rider.mjs';
const { URL, TOKEN } = process.env;
const trip = { pickup: { lat: 31.001, lng: -122 }, dropoff: { lat: 31.02, lng: -122 } };
console.log('done', (await ride(URL, async () => TOKEN, trip)).join(' '));`,
  );
  const harness = await startTripHarness({
    gateways: 2,
    env: { RIDELINE_ROLES: 'history,matching,relay,sweepers,notifications' },
  });
  const start = (program: string, file: string, url: string, token: string) =>
    startChild(program, [file], { env: { ...process.env, URL: url, TOKEN: token } });
  const driver = start(
    nodeOfMajor(OLDEST_NODE) ?? process.execPath,
    join(commonJs.folder, 'main.js'),
    harness.gateway(1),
    await harness.token('driver', 'readme-cab'),
  );
  const rider = start(
    process.execPath,
    join(modules.folder, 'main.mjs'),
    harness.gateway(2),
    await harness.token('rider', 'readme-rider'),
  );
  try {
    expect([await driver.ended, driver.output()]).toEqual([
      0,
      expect.stringMatching(/done [0-9a-f-]{36}\n$/),
    ]);
    expect([await rider.ended, rider.output()]).toEqual([
      0,
      expect.stringMatching(/done .*accepted arrived started completed\n$/),
    ]);
    expect(driver.output()).not.toContain('not stored yet');
  } finally {
    await Promise.all([driver.end('SIGKILL'), rider.end('SIGKILL')]);
    await harness.stop();
  }
});

it('SDK-47: docs/sdk is what the doc comments say', async () => {
  const pages = await renderApiReference(built.folder);
  const written = filesOf(join(ROOT, 'docs/sdk'));
  expect(written.toSorted(), 'run: npm run reference -w mobile-sdk').toEqual([...pages.keys()]);
  for (const [name, page] of pages)
    expect(
      readFileSync(join(ROOT, 'docs/sdk', name), 'utf8') === page,
      `docs/sdk/${name}: run npm run reference -w mobile-sdk`,
    ).toBe(true);
});
