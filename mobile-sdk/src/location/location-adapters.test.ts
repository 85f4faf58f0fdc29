import { describe, expect, it } from 'vitest';
import { browserLocation, type NavigatorLike } from './browser-location.ts';
import { type ExpoLocationModule, expoLocation } from './expo-location.ts';
import type { LocationProblem, LocationSample } from './location-source.ts';

function newHandlers() {
  const samples: LocationSample[] = [];
  const problems: LocationProblem[] = [];
  const handlers = {
    onSamples: (some: readonly LocationSample[]) => samples.push(...some),
    onProblem: (problem: LocationProblem) => problems.push(problem),
  };
  return { samples, problems, handlers };
}

const coords = { latitude: 1, longitude: 2, accuracy: 5, speed: 3, heading: 90 };

describe('SDK-88: location adapters', () => {
  it("SDK-88: the browser's geolocation: positions, refusals, one measurement, permission and battery", async () => {
    type Watch = Parameters<NavigatorLike['geolocation']['watchPosition']>;
    const watches = new Map<number, Watch>();
    const source = browserLocation({
      geolocation: {
        watchPosition: (...watch: Watch) => {
          watches.set(watches.size + 1, watch);
          return watches.size;
        },
        getCurrentPosition: (done) => done({ timestamp: 8, coords }),
        clearWatch: (id) => watches.delete(id),
      },
      permissions: { query: async () => ({ state: 'granted' }) },
      getBattery: async () => ({ level: 0.42, charging: true }),
    });
    const { samples, problems, handlers } = newHandlers();
    await source.start(handlers);
    const [done, failed] = watches.get(1) as Watch;
    done({ timestamp: 7, coords });
    expect(samples).toEqual([{ lat: 1, lng: 2, timestamp: 7, speed: 3, heading: 90, accuracy: 5 }]);
    for (const code of [1, 2, 3]) failed({ code });
    expect(problems).toEqual(['permission_denied', 'unavailable']);
    expect(await source.current?.()).toMatchObject({ timestamp: 8 });
    expect(await source.device?.()).toEqual({ permission: 'while_in_use', battery: 42, charging: true });
    await source.stop();
    expect(watches.size).toBe(0);
  });

  it('SDK-88: a browser without the permissions and battery APIs says nothing about them', async () => {
    const geolocation = {} as NavigatorLike['geolocation'];
    expect(await browserLocation({ geolocation }).device?.()).toEqual({});
  });

  function newExpo() {
    const calls: string[] = [];
    let running = false;
    let watching:
      | ((location: { timestamp: number; coords: typeof coords; mocked?: boolean }) => void)
      | undefined;
    const module: ExpoLocationModule = {
      watchPositionAsync: async (_options, onLocation) => {
        watching = onLocation;
        return { remove: () => calls.push('remove') };
      },
      getCurrentPositionAsync: async () => ({ timestamp: 9, coords }),
      hasServicesEnabledAsync: async () => false,
      getForegroundPermissionsAsync: async () => ({ granted: true, canAskAgain: true }),
      getBackgroundPermissionsAsync: async () => ({ granted: false, canAskAgain: false }),
      startLocationUpdatesAsync: async (name) => {
        calls.push(`start ${name}`);
        running = true;
      },
      stopLocationUpdatesAsync: async (name) => {
        calls.push(`stop ${name}`);
        running = false;
      },
      hasStartedLocationUpdatesAsync: async () => running,
    };
    return { module, calls, lose: () => (running = false), watch: () => watching };
  }

  it('SDK-88: expo-location in the foreground, with its mock mark, services, permissions and battery', async () => {
    const { module, calls, watch } = newExpo();
    const battery = {
      getPowerStateAsync: async () => ({ batteryLevel: 0.07, batteryState: 1, lowPowerMode: true }),
    };
    const source = expoLocation(module, { battery });
    const { samples, handlers } = newHandlers();
    await source.start(handlers);
    watch()?.({ timestamp: 7, coords, mocked: true });
    expect(samples).toMatchObject([{ lat: 1, timestamp: 7, mock: true }]);
    expect(await source.device?.()).toEqual({
      gps: 'off',
      permission: 'while_in_use',
      batterySaver: true,
      charging: false,
      battery: 7,
    });
    expect(source.isRegistered).toBeUndefined();
    await source.stop();
    expect(calls).toEqual(['remove']);
  });

  it('SDK-88: expo-location with a background task: deliveries, a lost task, and a registration that begins with a stop', async () => {
    const { module, calls, lose } = newExpo();
    const source = expoLocation(module, { task: { name: 'drive' } });
    const { samples, handlers } = newHandlers();
    await source.start(handlers);
    source.deliver([
      { timestamp: 1, coords },
      { timestamp: 2, coords },
    ]);
    expect(samples.map(({ timestamp }) => timestamp)).toEqual([1, 2]);
    expect(await source.isRegistered?.()).toBe(true);
    lose();
    expect(await source.isRegistered?.()).toBe(false);
    await source.stop();
    await source.start(handlers);
    expect(calls).toEqual(['start drive', 'stop drive', 'start drive']);
  });
});
