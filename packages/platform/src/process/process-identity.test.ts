import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { isRunning, parseProcStat, signalGroup, startOf } from './process-identity.ts';

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function sleeper(): Promise<{ pid: number; child: ReturnType<typeof spawn> }> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, child };
}

test('OPS-23: state and start time are found behind any program name', () => {
  const tail = Array.from({ length: 50 }, (_, index) => String(index + 3)).join(' ');
  const stat = `42 (a (nasty) name) S ${tail.slice(2)}`;
  expect(parseProcStat(stat)).toEqual({ state: 'S', group: 5, startTicks: '22' });
});

test('OPS-23: a running process is recognised, an ended one is not', async () => {
  const { pid, child } = await sleeper();
  const startedAt = startOf(pid) ?? '';
  expect(isRunning({ pid, startedAt })).toBe(true);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning({ pid, startedAt })).toBe(false), { timeout: 10_000 });
});

test('OPS-23: a process with the same id but another start time is never signalled', async () => {
  const { pid, child } = await sleeper();
  const startedAt = startOf(pid) ?? '';
  expect(signalGroup({ pid, startedAt: `${startedAt}0` }, 'SIGKILL')).toBe(false);
  expect(child.exitCode).toBeNull();
  expect(isRunning({ pid, startedAt })).toBe(true);
  expect(signalGroup({ pid, startedAt }, 'SIGKILL')).toBe(true);
});

test('OPS-23: no process has an id that is free', () => {
  // Above the largest id of Linux (4,194,304).
  expect(startOf(5_000_000)).toBeNull();
});
