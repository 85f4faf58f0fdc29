import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { firstEnd } from './first-end.ts';

it('OPS-82: a demo that ends before its --for does not wait for the rest of it', async () => {
  const url = new URL('./first-end.ts', import.meta.url).href;
  const script = `const { firstEnd } = await import('${url}'); await firstEnd([Promise.resolve()], 40 * 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'ignore',
    timeout: 15_000,
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('OPS-82: a --for that is longer than the timers of Node does not end at once', async () => {
  vi.useFakeTimers();
  const ended = vi.fn();
  void firstEnd([new Promise(() => undefined)], 30 * 86_400_000).then(ended);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(ended).not.toHaveBeenCalled();
  vi.useRealTimers();
});
