import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { RecordStore } from '../storage.ts';
import { fileStorage } from './file-storage.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ignore = () => undefined;
const path = () => join(folder, 'rideline.log');
const open = (onDamaged: (lines: number) => void = ignore) =>
  fileStorage({ folder, onDamaged }).open({ onLost: ignore });
const textsOf = async (store: RecordStore) => (await store.read('fixes', 0, 1000)).map(({ text }) => text);

async function fill(count: number): Promise<void> {
  const store = await open();
  for (let n = 0; n < count; n++) await store.append('fixes', [`"${n}"`]);
  await store.close();
}

/** A program that uses this file storage in a process of its own. */
function program(body: string): string[] {
  const source = `
    import { fileStorage } from '${join(import.meta.dirname, 'file-storage.ts')}';
    const folder = ${JSON.stringify(folder)};
    ${body}`;
  return ['--input-type=module-typescript', '--no-warnings', '--eval', source];
}

it('SDK-57: a file that was cut off anywhere opens with every complete record, and goes on', async () => {
  await fill(4);
  const whole = readFileSync(path());
  const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1);
  for (let bytes = 0; bytes <= whole.length; bytes++) {
    writeFileSync(path(), whole.subarray(0, bytes));
    const store = await open();
    const complete = ends.filter((end) => end <= bytes).length;
    const before = Array.from({ length: complete }, (_, n) => `"${n}"`);
    expect([bytes, await textsOf(store)]).toEqual([bytes, before]);
    await store.append('fixes', ['"new"']);
    await store.close();
    const again = await open();
    expect([bytes, await textsOf(again)]).toEqual([bytes, [...before, '"new"']]);
    await again.close();
  }
});

it('SDK-57: a damaged line is reported and skipped; the others are kept', async () => {
  await fill(5);
  const content = readFileSync(path(), 'utf8').split('\n');
  content[2] = (content[2] ?? '').replace('"2', '"7');
  writeFileSync(path(), content.join('\n'));
  const damaged: number[] = [];
  const store = await open((lines) => damaged.push(lines));
  expect([damaged, await textsOf(store)]).toEqual([[1], ['"0"', '"1"', '"3"', '"4"']]);
  await store.close();
});

it('SDK-57: the file stays small while records come and go for long', async () => {
  const store = await open();
  const text = JSON.stringify('x'.repeat(1000));
  let largest = 0;
  for (let n = 0; n < 500; n++) {
    const [id = 0] = await store.append('fixes', [text]);
    await store.deleteUpTo('fixes', id - 10);
    largest = Math.max(largest, statSync(path()).size);
  }
  expect(largest).toBeGreaterThan(60_000);
  expect(largest).toBeLessThan(80_000);
  expect(await textsOf(store)).toHaveLength(10);
  await store.close();
  expect(readdirSync(folder).sort()).toEqual(
    [expect.stringMatching(/^rideline\.lock\.\d+$/), 'rideline.log'].sort(),
  );
});

it('SDK-57: on a disk that is full appends are refused, what was stored stays, and after space is freed appending goes on', async () => {
  // The limit on a file's size stands for the disk's end: the write stops in the middle of a record, as with ENOSPC.
  const body = `
    const store = await fileStorage({ folder }).open({ onLost() {} });
    const text = JSON.stringify('x'.repeat(5000));
    const stored = [];
    const codes = new Set();
    for (let n = 0; n < 8; n++) {
      try { stored.push(...(await store.append('fixes', [text]))); } catch (error) { codes.add(error.code); }
    }
    await store.append('commands', ['"small"']).catch((error) => codes.add(error.code));
    process.stdout.write(JSON.stringify({ stored, codes: [...codes] }));`;
  const node = [process.execPath, ...program(body)]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
  const { stdout, stderr } = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 20; exec ${node}`], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ stored: [1, 2, 3, 4], codes: ['EFBIG'] });
  const store = await open();
  expect(await textsOf(store)).toHaveLength(4);
  await store.append('fixes', ['"after"']);
  expect(await textsOf(store)).toHaveLength(5);
  await store.close();
});

it('SDK-56: a file that another process has open is opened when that process is killed', {
  timeout: 30_000,
}, async () => {
  const body = `
    const store = await fileStorage({ folder }).open({ onLost() {} });
    await store.append('fixes', ['"of the other process"']);
    process.stdout.write('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, program(body), { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const giveUp = new AbortController();
    const waiting = fileStorage({ folder }).open({ onLost: ignore, signal: giveUp.signal });
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))]);
    expect(first).toBe('waits');
    giveUp.abort();
    await expect(waiting).rejects.toThrow('closed, wiped or taken over');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const store = await open();
  expect(await textsOf(store)).toEqual(['"of the other process"']);
  await store.close();
});

it('SDK-56: a lock of a process that is gone, or whose pid another process has now, is taken; the highest number counts', async () => {
  const holders = [
    { pid: 2 ** 22 + 1, started: null },
    { pid: process.pid, started: 'at another time' },
    { pid: 0, started: null },
    'cut off',
  ];
  for (const [at, holder] of holders.entries()) {
    rmSync(folder, { recursive: true, force: true });
    const first = await open();
    await first.close();
    const text = typeof holder === 'string' ? holder : JSON.stringify(holder);
    writeFileSync(join(folder, `rideline.lock.${100 + at}`), text);
    const store = await open();
    expect(readdirSync(folder).filter((name) => name.includes('.lock.'))).toEqual([
      `rideline.lock.${101 + at}`,
    ]);
    await store.close();
  }
});
