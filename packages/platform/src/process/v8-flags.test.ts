import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const FLAGS = ['--max-semi-space-size=24', '--no-allocation-site-pretenuring'];

let folder: string;
let entry: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-v8-'));
  entry = join(folder, 'main.ts');
  const module = join(import.meta.dirname, 'v8-flags.ts');
  await writeFile(
    entry,
    `import { ensureV8Flags } from ${JSON.stringify(module)};
     import { getHeapStatistics } from 'node:v8';
     ensureV8Flags(${JSON.stringify(FLAGS)});
     const { execArgv, argv, pid } = process;
     console.log(JSON.stringify({ execArgv, args: argv.slice(2), pid, limit: getHeapStatistics().heap_size_limit }));`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function started(flags: readonly string[], env: Record<string, string> = {}) {
  const child = run(process.execPath, [...flags, entry, 'one', 'two'], { env: { ...process.env, ...env } });
  const { stdout } = await child;
  return { ...JSON.parse(stdout), spawned: child.child.pid };
}

it('OPS-52: a process started without its flags runs with them, as the same process with the same arguments', async () => {
  const { execArgv, args, pid, spawned, limit } = await started([]);
  expect(execArgv).toEqual(FLAGS);
  expect(args).toEqual(['one', 'two']);
  expect(pid).toBe(spawned);
  // In force, not only listed: the limit of the heap includes the young generation.
  expect(limit).toBe((await started(FLAGS)).limit);
});

it('OPS-52: flags of the command line or of NODE_OPTIONS are kept', async () => {
  expect((await started(['--max-semi-space-size=8'])).execArgv).toEqual([
    '--max-semi-space-size=8',
    '--no-allocation-site-pretenuring',
  ]);
  const { execArgv } = await started(['--no-allocation-site-pretenuring'], {
    NODE_OPTIONS: '--max_semi_space_size=8',
  });
  expect(execArgv).toEqual(['--no-allocation-site-pretenuring']);
});
