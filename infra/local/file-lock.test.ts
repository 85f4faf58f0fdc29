import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lockHolder, removeAbandoned, tryLock, unlock } from '@rideline/platform/process/file-lock';
import { expect, onTestFinished, test } from 'vitest';
import { withFileLock } from './file-lock.ts';

function lockFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rl-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}

test('OPS-22: of two launchers one works at a time, the other says that it waits', async () => {
  const file = lockFile();
  const order: string[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const first = withFileLock(
    file,
    () => undefined,
    async () => {
      order.push('first in');
      await opened;
      order.push('first out');
    },
  );
  const second = withFileLock(
    file,
    () => {
      order.push('second waits');
      open();
    },
    async () => {
      order.push('second in');
    },
  );
  await Promise.all([first, second]);
  expect(order.indexOf('first out')).toBeGreaterThan(order.indexOf('second waits'));
  expect(order.indexOf('second in')).toBeGreaterThan(order.indexOf('first out'));
});

test('OPS-22: the lock of a launcher that was killed is taken over', async () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'another boot:1' }));
  expect(
    await withFileLock(
      file,
      () => undefined,
      async () => 'in',
    ),
  ).toBe('in');
});

test.each([
  ['empty', ''],
  ['half written', '{"pid":99'],
])('OPS-22: a lock file that is %s is taken over within seconds', async (_kind, text) => {
  const file = lockFile();
  writeFileSync(file, text);
  // Within the time of a test: a launcher would wait for a holder for ten minutes.
  expect(
    await withFileLock(
      file,
      () => undefined,
      async () => 'mine',
    ),
  ).toBe('mine');
});

test('OPS-22: of many that find the lock of a killed launcher at once, one works at a time, and nothing is left', async () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: 999_999, startedAt: 'another boot:1' }));
  const url = new URL('./file-lock.ts', import.meta.url).href;
  // Each appends to one file when it enters and when it leaves.
  const script = `
    import { appendFileSync } from 'node:fs';
    const { withFileLock } = await import('${url}');
    for (let turn = 0; turn < 5; turn += 1)
      await withFileLock(process.argv[1], () => undefined, async () => {
        appendFileSync(process.argv[1] + '.log', '+');
        await new Promise((resolve) => setTimeout(resolve, 10));
        appendFileSync(process.argv[1] + '.log', '-');
      });`;
  const codes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
        stdio: 'inherit',
      });
      return (await once(child, 'exit'))[0];
    }),
  );
  expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  expect(readFileSync(`${file}.log`, 'utf8')).toBe('+-'.repeat(30));
  expect(readdirSync(dirname(file))).toEqual(['lock.log']);
}, 60_000);

test('OPS-22: the lock of a new holder is never removed by one that saw the old holder', () => {
  const file = lockFile();
  expect(tryLock(file)).toBe(true);
  removeAbandoned(file, 0);
  expect(lockHolder(file)?.pid).toBe(process.pid);
  // Another process took it meanwhile: its lock stays.
  writeFileSync(file, JSON.stringify({ pid: 1, startedAt: 'another' }));
  unlock(file);
  expect(lockHolder(file)?.pid).toBe(1);
});
