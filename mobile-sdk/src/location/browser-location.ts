import type {
  DeviceState,
  LocationHandlers,
  LocationProblem,
  LocationSample,
  LocationSource,
} from './location-source.ts';

/** What is needed of the browser's `navigator`. */
export interface NavigatorLike {
  readonly geolocation: {
    watchPosition(
      done: (position: BrowserPosition) => void,
      failed: (error: { readonly code: number }) => void,
      options: object,
    ): number;
    getCurrentPosition(
      done: (position: BrowserPosition) => void,
      failed: (error: { readonly code: number }) => void,
      options: object,
    ): void;
    clearWatch(id: number): void;
  };
  readonly permissions?: { query(descriptor: { name: 'geolocation' }): Promise<{ readonly state: string }> };
  getBattery?(): Promise<{ readonly level: number; readonly charging: boolean }>;
}

/** `GeolocationPosition` (W3C Geolocation). */
export interface BrowserPosition {
  readonly timestamp: number;
  readonly coords: {
    readonly latitude: number;
    readonly longitude: number;
    readonly accuracy: number;
    readonly speed: number | null;
    readonly heading: number | null;
  };
}

/** PERMISSION_DENIED and POSITION_UNAVAILABLE of `GeolocationPositionError`. */
const DENIED = 1;
const UNAVAILABLE = 2;
const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };

/**
 * The browser's `navigator.geolocation`. It delivers while the page is visible only: a browser stops it in the background. A page without
 * https gets `permission_denied`.
 */
export function browserLocation(browser: NavigatorLike): LocationSource {
  const { geolocation } = browser;
  let watch: number | undefined;
  return {
    start({ onSamples, onProblem }: LocationHandlers) {
      if (watch !== undefined) geolocation.clearWatch(watch);
      watch = geolocation.watchPosition(
        (position) => onSamples([sampleOf(position)]),
        ({ code }) => {
          // A timeout is silence, which the watchdog notices.
          const problem = problemOf(code);
          if (problem !== undefined) onProblem(problem);
        },
        OPTIONS,
      );
    },
    stop() {
      if (watch !== undefined) geolocation.clearWatch(watch);
      watch = undefined;
    },
    current: () =>
      new Promise((resolve, reject) =>
        geolocation.getCurrentPosition(
          (position) => resolve(sampleOf(position)),
          ({ code }) => reject(new Error(`geolocation error ${code}`)),
          OPTIONS,
        ),
      ),
    device: () => deviceOf(browser),
  };
}

function problemOf(code: number): LocationProblem | undefined {
  if (code === DENIED) return 'permission_denied';
  return code === UNAVAILABLE ? 'unavailable' : undefined;
}

function sampleOf({ timestamp, coords }: BrowserPosition): LocationSample {
  const { latitude: lat, longitude: lng, speed, heading, accuracy } = coords;
  return { lat, lng, timestamp, speed, heading, accuracy };
}

const PERMISSIONS: Readonly<Record<string, NonNullable<DeviceState['permission']>>> = {
  granted: 'while_in_use',
  denied: 'denied',
  prompt: 'not_asked',
};

async function deviceOf(browser: NavigatorLike): Promise<DeviceState> {
  const [found, battery] = await Promise.all([
    browser.permissions?.query({ name: 'geolocation' }).catch(() => undefined),
    browser.getBattery?.().catch(() => undefined),
  ]);
  const permission = PERMISSIONS[found?.state ?? ''];
  return {
    ...(permission === undefined ? {} : { permission }),
    ...(battery === undefined
      ? {}
      : { battery: Math.round(battery.level * 100), charging: battery.charging }),
  };
}
