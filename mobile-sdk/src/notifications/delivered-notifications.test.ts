import type { Notification, NotificationId } from '@rideline/contract';
import { expect, it } from 'vitest';
import { DeliveredNotifications } from './delivered-notifications.ts';

const named = (id: number) => ({ notificationId: `n-${id}` as NotificationId }) as unknown as Notification;

it('SDK-21: a notification that arrives again is delivered once, and the memory of them is bounded', () => {
  const delivered = new DeliveredNotifications();
  expect(delivered.take(named(0))).toBe(true);
  expect(delivered.take(named(0))).toBe(false);
  for (let id = 1; id <= 255; id += 1) expect(delivered.take(named(id))).toBe(true);
  expect(delivered.take(named(0))).toBe(false);
  expect(delivered.take(named(256))).toBe(true);
  expect([delivered.take(named(1)), delivered.take(named(256))]).toEqual([false, false]);
  expect(delivered.take(named(0))).toBe(true);
});
