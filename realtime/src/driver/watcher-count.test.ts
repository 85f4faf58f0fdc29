import type { RegionId, TripId } from '@rideline/contract';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WatcherCount, type WatcherCountContext } from './watcher-count.ts';

const trip = 'trip-1' as TripId;
const other = 'trip-2' as TripId;

/** A count over a Redis that always answers `stored`. */
function counted(stored: () => number) {
  const sent: unknown[] = [];
  const context: WatcherCountContext = {
    state: { evalsha: async () => [stored()] } as unknown as RedisClient,
    config: { region: 'main' as RegionId },
    wallMs: () => Date.now(),
    log: { debug: () => undefined } as unknown as Logger,
  };
  const emit = (event: string, body: unknown) => {
    sent.push([event, body]);
    return true;
  };
  return { sent, watchers: new WatcherCount({ emit } as never, context) };
}

const event = (tripId: TripId, count: number) => ['trip:watchers', { tripId, count }];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('TRACK-33: changes within a second are one event with the newest number; a number that is back is none', async () => {
  const { sent, watchers } = counted(() => 0);
  watchers.setTrip(trip);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([]);
  watchers.know(trip, 1);
  for (const count of [2, 3, 4]) watchers.know(trip, count);
  expect(sent).toEqual([event(trip, 1)]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([event(trip, 1), event(trip, 4)]);
  watchers.know(trip, 5);
  watchers.know(trip, 4);
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toHaveLength(2);
});

test('TRACK-33: numbers of another trip are ignored, and none follows the end of the trip', async () => {
  let stored = 2;
  const { sent, watchers } = counted(() => stored);
  watchers.setTrip(trip);
  watchers.know(other, 9);
  await vi.advanceTimersByTimeAsync(0);
  expect([sent, watchers.count]).toEqual([[event(trip, 2)], 2]);
  watchers.know(trip, 7);
  watchers.setTrip(null);
  await vi.advanceTimersByTimeAsync(5000);
  expect([sent.length, watchers.count]).toEqual([1, 0]);
  stored = 3;
  watchers.setTrip(other);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.at(-1)).toEqual(event(other, 3));
  // What a killed gateway left is found by the next round.
  stored = 1;
  await vi.advanceTimersByTimeAsync(10_000);
  await watchers.refresh();
  expect(sent.at(-1)).toEqual(event(other, 1));
});
