import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expoLocation } from '../location/expo-location.ts';
import { FakeClock } from '../location/fake-clock.ts';
import type { AliveStorage } from '../location/location-tracker.ts';
import { trackLocation } from '../location/track-location.ts';
import { Driver } from './driver.ts';

/** `expo-location` whose calls take as long as the test says, and which counts the receivers that it keeps on. */
function slowExpo(clock: FakeClock, delayMs: () => number) {
  const later = () => new Promise<void>((resolve) => clock.after(delayMs(), resolve));
  const on = new Set<object>();
  const tasks = new Set<string>();
  const position = { timestamp: 1, coords: { latitude: 1, longitude: 2, accuracy: 5, speed: 3, heading: 0 } };
  return {
    on,
    tasks,
    module: {
      watchPositionAsync: async () => {
        await later();
        const subscription = { remove: () => on.delete(subscription) };
        on.add(subscription);
        return subscription;
      },
      getCurrentPositionAsync: async () => position,
      hasServicesEnabledAsync: async () => true,
      getForegroundPermissionsAsync: async () => ({ granted: true, canAskAgain: true }),
      getBackgroundPermissionsAsync: async () => ({ granted: true, canAskAgain: true }),
      startLocationUpdatesAsync: async (name: string) => {
        await later();
        tasks.add(name);
      },
      stopLocationUpdatesAsync: async (name: string) => {
        await later();
        tasks.delete(name);
      },
    },
  };
}

const newDriver = (clock: FakeClock) => new Driver({ url: 'http://127.0.0.1:9', token: 'none', clock });

it('SDK-151: tracking that is started and stopped while its calls are under way ends as the app said last', async () => {
  const step = fc.record({ isStart: fc.boolean(), waitMs: fc.nat(300) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 8 }),
      fc.infiniteStream(fc.nat(400)),
      fc.boolean(),
      async (steps, delays, hasTask) => {
        const clock = new FakeClock();
        const delayMs = () => delays.next().value as number;
        const { module, on, tasks } = slowExpo(clock, delayMs);
        const source = expoLocation(module, hasTask ? { task: { name: 'drive' } } : {});
        const alive: AliveStorage = {
          get: () => new Promise((resolve) => clock.after(delayMs(), () => resolve(null))),
          set: () => new Promise((resolve) => clock.after(delayMs(), resolve)),
        };
        const driver = newDriver(clock);
        let stop: (() => Promise<void>) | undefined;
        for (const { isStart, waitMs } of steps) {
          if (isStart) stop = trackLocation(driver, source, { alive });
          else void stop?.();
          await clock.advance(waitMs);
        }
        // Less than the watchdog takes to repair it.
        await clock.advance(9000);
        const isOn = stop !== undefined && steps.at(-1)?.isStart === true;
        expect(hasTask ? tasks.size : on.size).toBe(isOn ? 1 : 0);
        await driver.close();
      },
    ),
    { seed: 151, numRuns: 100 },
  );
});

it("SDK-151: an app's storage that never answers does not keep tracking from starting or ending", async () => {
  const clock = new FakeClock();
  const { module, on } = slowExpo(clock, () => 0);
  const never = () => new Promise<never>(() => undefined);
  const driver = newDriver(clock);
  const stop = trackLocation(driver, expoLocation(module), { alive: { get: never, set: never } });
  await clock.advance(11_000);
  expect(on.size).toBe(1);
  const stopped = stop();
  await clock.advance(11_000);
  await stopped;
  expect(on.size).toBe(0);
});

it('SDK-151: a receiver that starts late, after tracking has ended, is switched off', async () => {
  const clock = new FakeClock();
  const { module, on } = slowExpo(clock, () => 60_000);
  const source = expoLocation(module);
  const stop = trackLocation(newDriver(clock), source);
  const stopped = stop();
  await clock.advance(20_000);
  await stopped;
  await clock.advance(60_000);
  expect(on.size).toBe(0);
});
