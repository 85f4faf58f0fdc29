import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VerificationQueue } from './verification-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('SEC-20: 200 verifications a second, one network after the other', async () => {
  const queue = new VerificationQueue();
  const turns: string[] = [];
  const wait = (network: string) => void queue.turn(network).then(() => turns.push(network));
  for (let count = 0; count < 500; count++) wait('attacker');
  wait('office');
  wait('home');
  await vi.advanceTimersByTimeAsync(20);
  expect(turns).toEqual(['attacker', 'office', 'home', 'attacker']);
  await vi.advanceTimersByTimeAsync(980);
  expect(turns.length).toBe(200);
  await vi.advanceTimersByTimeAsync(2000);
  expect([turns.length, queue.size]).toEqual([502, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

test('SEC-20: the handshakes that wait are bounded; more are refused with a time to retry', async () => {
  const queue = new VerificationQueue();
  for (let count = 0; count < 1000; count++) void queue.turn('attacker');
  await expect(queue.turn('attacker')).rejects.toMatchObject({ code: 'SCALE_003', retryAfterMs: 5000 });
});
