import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '@rideline/infra/local/packages-installed';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { startChild } from '../harness/processes/child-process.ts';
import { pythonWith } from '../harness/processes/python-environment.ts';

/** A download of some minutes. */
const FULL = process.env.TEST_MODE === 'faults';
const FOLDER = join(import.meta.dirname, '../generated-clients');
const GENERATED = join(FOLDER, 'generated');
const REFERENCE = join(import.meta.dirname, '../../docs/reference');
const OPENAPI = join(REFERENCE, 'openapi.json');
const TSC = join(FOLDER, 'node_modules/typescript/bin/tsc');

/** What each of the clients prints: the states of its trip, and the code of its last request. */
const OF_A_TRIP = ['searching', 'accepted', 'arrived', 'in_progress', 'completed', 'refused NOT_FOUND'];

let whole: WholeCluster;
const drivers: RawClient[] = [];

/** Runs a program to its end. @throws Error with its output when it fails */
async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = startChild(program, args, { cwd: FOLDER, env: { ...process.env, ...env } });
  const code = await child.ended;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${child.output()}`);
  return child.output();
}
const node = (...args: string[]) => run(process.execPath, args);

/** A driver who waits for offers at a place, on a socket; the client under test gives its answers and commands over REST. */
async function waitingDriver(id: string, [lat, lng]: readonly [number, number]): Promise<void> {
  const client = await connectRaw(whole.cluster.url, '/driver', await whole.token('driver', id));
  drivers.push(client);
  await client.ask('location:update', { boot: 'b', fixes: [[0, Date.now(), lat, lng]] });
  await client.ask('driver:status', { status: 'available' });
}

/** The lines that a client prints while it takes a trip of its own. */
async function tripOf(
  name: string,
  place: readonly [number, number],
  program: string,
  args: readonly string[],
  env = {},
) {
  await waitingDriver(`driver-${name}`, place);
  const output = await run(program, args, {
    RIDELINE_URL: whole.cluster.url,
    RIDER_TOKEN: await whole.token('rider', `rider-${name}`),
    DRIVER_TOKEN: await whole.token('driver', `driver-${name}`),
    TRIP_ID: randomUUID(),
    PLACE: place.join(','),
    ...env,
  });
  return output.trim().split('\n');
}

describe('clients made from the descriptions', () => {
  beforeAll(async () => {
    if (!FULL) return;
    if (!isInstalled(FOLDER))
      await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
    rmSync(GENERATED, { recursive: true, force: true });
    mkdirSync(GENERATED);
    whole = await startWholeCluster({ env: { RIDELINE_SEARCH_FRESH_MS: '180000' } });
  });
  afterAll(async () => {
    for (const driver of drivers) driver.close();
    await whole?.stop();
    if (FULL) rmSync(GENERATED, { recursive: true, force: true });
  });
  beforeEach((context) => {
    context.skip(!FULL, 'downloads for minutes: ./rideline test --faults');
  });

  it('ADM-104: Spectral finds nothing in openapi.json, and the official parser reads asyncapi.json', async () => {
    expect(await node('lint.js', OPENAPI, join(REFERENCE, 'asyncapi.json'))).toMatch(
      /^asyncapi\.json: \d+ operations\n$/,
    );
  });

  it('ADM-100: openapi-typescript and openapi-fetch: compiled, and a trip', async () => {
    await node(
      'node_modules/openapi-typescript/bin/cli.js',
      OPENAPI,
      '--default-non-nullable=false',
      '-o',
      'generated/openapi-typescript.ts',
    );
    const strict = [
      '--strict',
      '--target',
      'es2023',
      '--skipLibCheck',
      '--types',
      'node',
      '--typeRoots',
      '../../node_modules/@types',
    ];
    const modules = ['--module', 'nodenext', '--allowImportingTsExtensions', '--noEmit'];
    await node(TSC, ...strict, ...modules, 'openapi-fetch-trip.mts');
    expect(await tripOf('fetch', [10, 106], process.execPath, ['openapi-fetch-trip.mts'])).toEqual(OF_A_TRIP);
  });

  it('ADM-100: @hey-api/openapi-ts: compiled, and a trip', async () => {
    await node(
      'node_modules/@hey-api/openapi-ts/bin/run.js',
      '-i',
      OPENAPI,
      '-o',
      'generated/hey-api',
      '--silent',
    );
    const strict = [
      '--strict',
      '--target',
      'es2023',
      '--skipLibCheck',
      '--types',
      'node',
      '--typeRoots',
      '../../node_modules/@types',
    ];
    const modules = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'];
    await node(TSC, ...strict, ...modules, 'hey-api-trip.ts');
    // Its files import each other without extensions, which Node does not resolve in ES modules.
    await node(
      TSC,
      ...strict,
      '--module',
      'commonjs',
      '--moduleResolution',
      'node10',
      '--ignoreDeprecations',
      '5.0',
      '--outDir',
      'generated/commonjs',
      'hey-api-trip.ts',
    );
    writeFileSync(join(GENERATED, 'commonjs/package.json'), '{"type":"commonjs"}');
    expect(await tripOf('hey', [11, 106], process.execPath, ['generated/commonjs/hey-api-trip.js'])).toEqual(
      OF_A_TRIP,
    );
  });

  it('ADM-100: openapi-python-client: compiled, and a trip', async () => {
    const python = await pythonWith(join(FOLDER, 'requirements.txt'));
    if (python.program === null) throw new Error(python.why);
    const PATH = `${join(python.program, '..')}:${process.env.PATH}`;
    const generator = [
      '-m',
      'openapi_python_client',
      'generate',
      '--path',
      OPENAPI,
      '--output-path',
      'generated/python',
      '--meta',
      'none',
    ];
    await run(python.program, generator, { PATH });
    expect(await run(python.program, ['-m', 'compileall', '-q', 'generated/python'])).toBe('');
    renameSync(join(GENERATED, 'python'), join(GENERATED, 'rideline_client'));
    expect(
      await tripOf('python', [12, 106], python.program, ['python-trip.py'], { PYTHONPATH: GENERATED }),
    ).toEqual(OF_A_TRIP);
  });
});
