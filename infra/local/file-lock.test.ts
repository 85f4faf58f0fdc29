import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
