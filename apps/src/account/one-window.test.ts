import { expect, it } from 'vitest';
import { oneWindow } from './one-window.ts';

/** Node's own Web Locks: one process stands for the windows of a browser. */
const { locks } = navigator;

it('SDK-155: every window runs the app where the browser refuses locks', async () => {
  const refused = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
  const only = oneWindow('app-50', () => undefined, refused);
  expect(await only.tryTake()).toBe(true);
  await only.take();
});

it('APP-3: one window of a browser runs the app until another one takes it over', async () => {
  const lost: string[] = [];
  const first = oneWindow('app-3', () => lost.push('first'), locks);
  const second = oneWindow('app-3', () => lost.push('second'), locks);
  expect(await first.tryTake()).toBe(true);
  expect(await second.tryTake()).toBe(false);
  expect(lost).toEqual([]);
  await second.take();
  await expect.poll(() => lost).toEqual(['first']);
  expect(await oneWindow('app-3', () => undefined, locks).tryTake()).toBe(false);
});
