import type { DeviceState, LocationHandlers, LocationSample, LocationSource } from './location-source.ts';

/** What is needed of `expo-location` (≥ 18), so that the SDK does not depend on it. */
export interface ExpoLocationModule {
  watchPositionAsync(
    options: object,
    onLocation: (location: ExpoLocationObject) => void,
  ): Promise<{ remove(): void }>;
  getCurrentPositionAsync(options: object): Promise<ExpoLocationObject>;
  hasServicesEnabledAsync(): Promise<boolean>;
  getForegroundPermissionsAsync(): Promise<ExpoPermission>;
  getBackgroundPermissionsAsync(): Promise<ExpoPermission>;
  startLocationUpdatesAsync?(taskName: string, options: object): Promise<void>;
  stopLocationUpdatesAsync?(taskName: string): Promise<void>;
  hasStartedLocationUpdatesAsync?(taskName: string): Promise<boolean>;
}

export interface ExpoPermission {
  readonly granted: boolean;
  readonly canAskAgain: boolean;
}

/** `LocationObject` of expo-location. */
export interface ExpoLocationObject {
  readonly timestamp: number;
  readonly mocked?: boolean;
  readonly coords: {
    readonly latitude: number;
    readonly longitude: number;
    readonly accuracy: number | null;
    readonly speed: number | null;
    readonly heading: number | null;
  };
}

/** What is needed of `expo-battery`. `batteryState`: 2 is charging, 3 is full. */
export interface ExpoBatteryModule {
  getPowerStateAsync(): Promise<{
    readonly batteryLevel: number;
    readonly batteryState: number;
    readonly lowPowerMode: boolean;
  }>;
}

export interface ExpoLocationOptions {
  battery?: ExpoBatteryModule;
  /**
   * A background task: pass its locations to the `deliver` of the returned source, in the function given to `TaskManager.defineTask`. Without
   * it positions come in the foreground only.
   */
  task?: { name: string; options?: object };
}

/** The source, and `deliver` for the app's background task. */
export interface ExpoLocationSource extends LocationSource {
  deliver(locations: readonly ExpoLocationObject[]): void;
}

/** `Accuracy.BestForNavigation`. */
const BEST_FOR_NAVIGATION = 6;
const OPTIONS = { accuracy: BEST_FOR_NAVIGATION, timeInterval: 1000, distanceInterval: 0 };
const CHARGING = [2, 3];

/** `expo-location`, in the foreground or with the app's background task. Ask for the permissions before `trackLocation`. */
export function expoLocation(
  location: ExpoLocationModule,
  { battery, task }: ExpoLocationOptions = {},
): ExpoLocationSource {
  let handlers: LocationHandlers | undefined;
  let subscription: { remove(): void } | undefined;
  const deliver = (locations: readonly ExpoLocationObject[]) => handlers?.onSamples(locations.map(sampleOf));
  return {
    deliver,
    async start(given) {
      handlers = given;
      if (task === undefined) {
        const watching = await location.watchPositionAsync(OPTIONS, (one) => deliver([one]));
        // Stopped, or started again, while the module was starting: nobody else would end this subscription.
        if (handlers !== given) return watching.remove();
        subscription?.remove();
        subscription = watching;
      } else await location.startLocationUpdatesAsync?.(task.name, { ...OPTIONS, ...task.options });
    },
    async stop() {
      handlers = undefined;
      subscription?.remove();
      subscription = undefined;
      // Also a task that the OS has lost: registering it again would change nothing while the module believes that it runs.
      if (task !== undefined) await location.stopLocationUpdatesAsync?.(task.name);
    },
    current: async () => sampleOf(await location.getCurrentPositionAsync(OPTIONS)),
    ...(task === undefined
      ? {}
      : { isRegistered: async () => (await location.hasStartedLocationUpdatesAsync?.(task.name)) ?? true }),
    device: () => deviceOf(location, battery),
  };
}

function sampleOf({ timestamp, mocked, coords }: ExpoLocationObject): LocationSample {
  const { latitude: lat, longitude: lng, speed, heading, accuracy } = coords;
  return { lat, lng, timestamp, speed, heading, accuracy, ...(mocked === true ? { mock: true } : {}) };
}

async function deviceOf(
  location: ExpoLocationModule,
  battery: ExpoBatteryModule | undefined,
): Promise<DeviceState> {
  const [enabled, foreground, background, power] = await Promise.all([
    location.hasServicesEnabledAsync(),
    location.getForegroundPermissionsAsync(),
    location.getBackgroundPermissionsAsync(),
    battery?.getPowerStateAsync(),
  ]);
  return {
    gps: enabled ? 'on' : 'off',
    permission: permissionOf(foreground, background),
    ...(power === undefined ? {} : powerOf(power)),
  };
}

function permissionOf(
  foreground: ExpoPermission,
  background: ExpoPermission,
): NonNullable<DeviceState['permission']> {
  if (background.granted) return 'always';
  if (foreground.granted) return 'while_in_use';
  return foreground.canAskAgain ? 'not_asked' : 'denied';
}

function powerOf(power: Awaited<ReturnType<ExpoBatteryModule['getPowerStateAsync']>>): DeviceState {
  const { batteryLevel, batteryState, lowPowerMode } = power;
  return {
    batterySaver: lowPowerMode,
    charging: CHARGING.includes(batteryState),
    // −1: not known, as in the simulator.
    ...(batteryLevel < 0 ? {} : { battery: Math.round(batteryLevel * 100) }),
  };
}
