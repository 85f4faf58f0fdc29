import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CheckerPool, createCheckerPool } from './checker-pool.ts';
import { type CheckerFailure, DEFAULT_CHECKER_CAPS, startCheckerProcess } from './checker-process.ts';

let folder: string;
let pools: CheckerPool[] = [];
const failures: CheckerFailure['why'][] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-pool-'));
  failures.length = 0;
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  pools = [];
  await rm(folder, { recursive: true });
});

function poolOf(options: {
  children?: number;
  caps?: Partial<typeof DEFAULT_CHECKER_CAPS>;
  filesPerChild?: number;
}) {
  const pool = createCheckerPool({
    children: options.children ?? 1,
    folder,
    caps: { ...DEFAULT_CHECKER_CAPS, ...options.caps },
    ...(options.filesPerChild ? { filesPerChild: options.filesPerChild } : {}),
    onFailure: ({ why }) => failures.push(why),
  });
  pools.push(pool);
  return pool;
}

async function request(edge = 200) {
  const path = join(folder, `upload-${edge}`);
  await sharp({ create: { width: edge, height: edge, channels: 3, background: '#fff' } })
    .jpeg()
    .toFile(path);
  return { path, folder, accepts: ['jpeg'] as const };
}

it('DOC-44: files are checked in child processes that get nothing of the product, also after a child was replaced', async () => {
  const pool = poolOf({ children: 2, filesPerChild: 2 });
  const small = await request();
  const checked = await Promise.all(Array.from({ length: 7 }, () => pool.check(small)));
  expect(checked.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 7 }, () => 'clean'));
  expect(failures).toEqual([]);
  const child = startCheckerProcess(folder, DEFAULT_CHECKER_CAPS);
  await child.check(small);
  const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8');
  expect(
    environment.split('\0').filter((entry) => entry !== '' && !entry.startsWith('NODE_CHANNEL_')),
  ).toEqual([]);
  await child.close();
});

it('DOC-45: a child that takes too long is killed, and the next file gets a new one', async () => {
  const pool = poolOf({ caps: { timeMs: 150 } });
  const [slow, small] = [await request(6000), await request()];
  await expect(pool.check(slow)).rejects.toMatchObject({ why: 'time' });
  await expect(poolOf({}).check(small)).resolves.toMatchObject({ outcome: 'clean' });
  expect(failures).toEqual(['time']);
});

it('DOC-45: a child that takes too much memory is killed', async () => {
  const pool = poolOf({ caps: { rssBytes: 40 * 2 ** 20 } });
  await expect(pool.check(await request(6000))).rejects.toMatchObject({ why: 'memory' });
});

it('DOC-45: a child that dies fails one file and no other', async () => {
  const child = startCheckerProcess(folder, DEFAULT_CHECKER_CAPS);
  const lost = child.check(await request(6000));
  process.kill(child.pid ?? 0, 'SIGKILL');
  await expect(lost).rejects.toMatchObject({ why: 'crash' });
  await vi.waitFor(() => expect(child.alive).toBe(false));
});

it('DOC-45: a read or write error is not the fault of the file', async () => {
  const pool = poolOf({});
  const small = await request();
  await expect(pool.check({ ...small, folder: join(folder, 'absent') })).rejects.toMatchObject({
    why: 'failed',
  });
  await expect(pool.check(small)).resolves.toMatchObject({ outcome: 'clean' });
});

it('DOC-44: a child can read nothing but its own code and the folder of the files', async () => {
  const small = await request();
  const outside = poolOf({}).check({ ...small, path: join(import.meta.dirname, '../../../../README.md') });
  await expect(outside).rejects.toMatchObject({
    why: 'failed',
    message: expect.stringContaining('restricted'),
  });
});

it('DOC-45: closing ends checks in progress', async () => {
  const pool = poolOf({});
  const [slow, small] = [await request(6000), await request()];
  const lost = [pool.check(slow), pool.check(small)].map((check) =>
    expect(check).rejects.toMatchObject({ why: 'closed' }),
  );
  await pool.close();
  await Promise.all(lost);
});
