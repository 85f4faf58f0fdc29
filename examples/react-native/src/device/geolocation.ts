import Geolocation, {
  type GeolocationError,
  type GeolocationResponse,
} from '@react-native-community/geolocation';
import type { LocationProblem, LocationSample, LocationSource } from '@rideline/sdk/driver';
// Metro and TypeScript find the file of the platform only without an ending.
import { locationPermission } from './location-permission';

const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
/** Android reports a change at most this often, ms: the SDK chooses from them by the server's policy. */
const INTERVAL_MS = 1000;

Geolocation.setRNConfiguration({
  skipPermissionRequests: true,
  authorizationLevel: 'always',
  // iOS only; needs UIBackgroundModes `location`. Android delivers in the background only to a foreground service.
  enableBackgroundLocationUpdates: true,
  locationProvider: 'auto',
});

/** `@react-native-community/geolocation` as a location source of the SDK. */
export function geolocation(): LocationSource {
  let watch: number | undefined;
  return {
    start({ onSamples, onProblem }) {
      watch = Geolocation.watchPosition(
        (position) => onSamples([sampleOf(position)]),
        (error) => {
          // A time-out is silence, which the SDK's watchdog notices.
          const problem = problemOf(error);
          if (problem !== undefined) onProblem(problem);
        },
        { ...OPTIONS, distanceFilter: 0, interval: INTERVAL_MS, fastestInterval: INTERVAL_MS },
      );
    },
    stop() {
      if (watch !== undefined) Geolocation.clearWatch(watch);
      watch = undefined;
    },
    current: () =>
      new Promise((resolve, reject) =>
        Geolocation.getCurrentPosition(
          (position) => resolve(sampleOf(position)),
          ({ code, message }) => reject(new Error(`geolocation error ${code}: ${message}`)),
          OPTIONS,
        ),
      ),
    device: locationPermission,
  };
}

function sampleOf({ timestamp, coords }: GeolocationResponse): LocationSample {
  const { latitude: lat, longitude: lng, accuracy, speed, heading } = coords;
  // −1: not known, on iOS.
  return {
    lat,
    lng,
    timestamp,
    accuracy,
    speed: speed !== null && speed < 0 ? null : speed,
    heading: heading !== null && heading < 0 ? null : heading,
  };
}

function problemOf({
  code,
  PERMISSION_DENIED,
  POSITION_UNAVAILABLE,
}: GeolocationError): LocationProblem | undefined {
  if (code === PERMISSION_DENIED) return 'permission_denied';
  return code === POSITION_UNAVAILABLE ? 'unavailable' : undefined;
}
