import type { Notification, NotificationId } from '@rideline/contract';
import { expect, it } from 'vitest';
import { ToldNotifications } from './told-notifications.ts';

const named = (id: number) => ({ notificationId: `n-${id}` as NotificationId }) as unknown as Notification;

it('SDK-21: a notification that comes again is told once, and the memory of them is bounded', () => {
  const told = new ToldNotifications();
  expect(told.take(named(0))).toBe(true);
  expect(told.take(named(0))).toBe(false);
  for (let id = 1; id <= 255; id += 1) expect(told.take(named(id))).toBe(true);
  expect(told.take(named(0))).toBe(false);
  expect(told.take(named(256))).toBe(true);
  expect([told.take(named(1)), told.take(named(256))]).toEqual([false, false]);
  expect(told.take(named(0))).toBe(true);
});
