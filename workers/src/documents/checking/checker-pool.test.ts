import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
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
  keptBytes?: number;
}) {
  const pool = createCheckerPool({
    children: options.children ?? 1,
    folder,
    caps: { ...DEFAULT_CHECKER_CAPS, ...options.caps },
    ...(options.keptBytes ? { keptBytes: options.keptBytes } : {}),
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

/** As web apps and photo editors write them: decoding holds the whole picture. */
async function progressive() {
  const path = join(folder, 'upload-progressive');
  await sharp({
    create: {
      width: 4032,
      height: 3024,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg({ progressive: true, quality: 40, chromaSubsampling: '4:4:4' })
    .toFile(path);
  return { path, folder, accepts: ['jpeg'] as const };
}

it('DOC-65: a child leaves the processor to the processes that answer requests', async () => {
  const child = startCheckerProcess(folder, DEFAULT_CHECKER_CAPS);
  try {
    expect(getPriority(child.pid)).toBeGreaterThan(getPriority());
  } finally {
    await child.close();
  }
});

it('DOC-44: files are checked in child processes that get nothing of the product, also after a child was replaced', async () => {
  const pool = poolOf({ children: 2, filesPerChild: 2 });
  const small = await request();
  const checked = await Promise.all(Array.from({ length: 7 }, () => pool.check(small, 'ada')));
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
  await expect(pool.check(slow, 'ada')).rejects.toMatchObject({ why: 'time' });
  await expect(poolOf({}).check(small, 'ada')).resolves.toMatchObject({ outcome: 'clean' });
  expect(failures).toEqual(['time']);
});

it('DOC-45: a child that takes too much memory is killed', async () => {
  const pool = poolOf({ caps: { rssBytes: 40 * 2 ** 20 } });
  await expect(pool.check(await request(6000), 'ada')).rejects.toMatchObject({ why: 'memory' });
});

it('DOC-45: a child that works too long is killed, however long that takes on a busy machine', async () => {
  const pool = poolOf({ caps: { cpuMs: 100, timeMs: 300_000 } });
  await expect(pool.check(await request(6000), 'ada')).rejects.toMatchObject({ why: 'cpu' });
});

it('DOC-48: what a file before it left in memory does not count: the child is replaced, or the file is tried in a new one', async () => {
  const [small, large] = [await request(), await progressive()];
  const fresh = startCheckerProcess(folder, DEFAULT_CHECKER_CAPS);
  await fresh.check(small);
  const small1 = await fresh.residentBytes();
  await fresh.close();
  // Room for one large file, not for what two leave.
  const caps = { rssBytes: small1 + 210 * 2 ** 20 };
  for (const options of [{ keptBytes: small1 + 20 * 2 ** 20 }, { keptBytes: 2 ** 40 }]) {
    const pool = poolOf({ caps, ...options });
    for (let file = 0; file < 2; file += 1)
      expect(await pool.check(large, 'ada')).toMatchObject({ outcome: 'clean' });
  }
}, 60_000);

it('DOC-47: many slow files of one owner leave a child to others', async () => {
  const pool = poolOf({ children: 2 });
  const [slow, small] = [await request(6000), await request()];
  const ends: string[] = [];
  const flood = Array.from({ length: 4 }, () => pool.check(slow, 'ada').then(() => ends.push('slow')));
  await pool.check(small, 'grace').then(() => ends.push('small'));
  expect(ends.filter((end) => end === 'slow').length).toBeLessThan(2);
  await Promise.all(flood);
});

it('DOC-45: a child that dies fails one file and no other', async () => {
  const child = startCheckerProcess(folder, DEFAULT_CHECKER_CAPS);
  const lost = child.check(await request(6000));
  process.kill(child.pid ?? 0, 'SIGKILL');
  await expect(lost).rejects.toMatchObject({ why: 'crash' });
  await vi.waitFor(() => expect(child.alive).toBe(false), { timeout: 20_000 });
});

it('DOC-45: a read or write error is not the fault of the file', async () => {
  const pool = poolOf({});
  const small = await request();
  await expect(pool.check({ ...small, folder: join(folder, 'absent') }, 'ada')).rejects.toMatchObject({
    why: 'failed',
  });
  await expect(pool.check(small, 'ada')).resolves.toMatchObject({ outcome: 'clean' });
});

it('DOC-44: a child can read nothing but its own code and the folder of the files', async () => {
  const small = await request();
  const outside = poolOf({}).check(
    { ...small, path: join(import.meta.dirname, '../../../../README.md') },
    'ada',
  );
  await expect(outside).rejects.toMatchObject({
    why: 'failed',
    message: expect.stringContaining('restricted'),
  });
});

it('DOC-45: closing ends checks in progress', async () => {
  const pool = poolOf({});
  const [slow, small] = [await request(6000), await request()];
  const lost = [pool.check(slow, 'ada'), pool.check(small, 'ada')].map((check) =>
    expect(check).rejects.toMatchObject({ why: 'closed' }),
  );
  await pool.close();
  await Promise.all(lost);
});
