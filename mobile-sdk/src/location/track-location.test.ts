import { expect, it } from 'vitest';
import { createDriver } from '../entries/driver.ts';
import { FakeClock } from './fake-clock.ts';
import type { LocationHandlers, LocationSource } from './location-source.ts';
import { trackLocation } from './track-location.ts';

function sourceOf(clock: FakeClock) {
  let handlers: LocationHandlers | undefined;
  const source: LocationSource = {
    start: (given) => {
      handlers = given;
    },
    stop: () => {
      handlers = undefined;
    },
    device: async () => ({ permission: 'denied', battery: 40 }),
  };
  const deliver = (lat: number) => handlers?.onSamples([{ lat, lng: 10, timestamp: clock.wallMs() }]);
  return { source, deliver, isOn: () => handlers !== undefined };
}

it('SDK-120: a driver tracks one source at a time, and reports its health as an event and in diagnostics', async () => {
  const clock = new FakeClock();
  const driver = createDriver({ url: 'http://127.0.0.1:9', token: 'none', clock });
  const conditions: string[][] = [];
  driver.on('health', (health) => conditions.push(health.conditions));
  const [first, second] = [sourceOf(clock), sourceOf(clock)];
  trackLocation(driver, first.source);
  await clock.advance(0);
  first.deliver(1);
  expect(driver.stats().pushed).toBe(1);
  const stop = trackLocation(driver, second.source);
  await clock.advance(0);
  expect([first.isOn(), second.isOn()]).toEqual([false, true]);
  expect(conditions.at(-1)).toEqual(['permission_denied']);
  expect(driver.diagnostics()).toMatchObject({
    device: { battery: 40, conditions: 'permission_denied' },
    counters: { pushed: 1, received: 0 },
  });
  await stop();
  expect(second.isOn()).toBe(false);
  trackLocation(driver, second.source);
  await clock.advance(0);
  await driver.close();
  expect(second.isOn()).toBe(false);
});
