import type { UserId } from '@rideline/contract';
import type { Addressee } from '@rideline/fleet/notifications/notification-store';
import { UNSEEN_RENEWED_MS, type Unseen } from '@rideline/fleet/notifications/unseen-mark';
import { createLogger } from '@rideline/platform/process/logger';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NotificationLookups } from './notification-lookups.ts';
import type { AnySocket } from './socket-data.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('TRACK-50: the mark of a user who stays connected is renewed from MongoDB at half of its life, and of one who has left it is not', async () => {
  const addressee: Addressee = { userId: 'cab-1' as UserId, role: 'driver' };
  let mark: Unseen = { isNone: false, mark: '', ageMs: 0 };
  let reads = 0;
  const lookups = new NotificationLookups({
    store: {
      unacknowledged: async () => {
        reads += 1;
        return [];
      },
    },
    unseen: {
      read: async () => mark,
      setNone: async () => {
        mark = { isNone: true, mark: 'none', ageMs: 0 };
      },
    },
    mongoIsUp: () => true,
    wallMs: Date.now,
    // Only the counter of outcomes is used.
    metrics: { notification_lookups_total: { inc: () => undefined } } as never,
    log: createLogger({ process: 'test', level: 'silent' }),
    onFound: () => undefined,
  });
  const socket = { connected: true };
  lookups.add(socket as AnySocket, addressee);
  await vi.advanceTimersByTimeAsync(UNSEEN_RENEWED_MS - 1000);
  expect(reads).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads).toBe(2);
  // A second connection finds a mark that is old already: it is renewed at the same age of the mark.
  mark = { ...mark, ageMs: UNSEEN_RENEWED_MS - 5000 };
  const second = { connected: true };
  lookups.add(second as AnySocket, addressee);
  await vi.advanceTimersByTimeAsync(4000);
  expect(reads).toBe(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(reads).toBe(3);
  socket.connected = false;
  second.connected = false;
  await vi.advanceTimersByTimeAsync(3 * UNSEEN_RENEWED_MS);
  expect(reads).toBe(3);
  lookups.stop();
});
