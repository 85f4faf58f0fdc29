import type { LocationProblem, LocationSample, LocationSource } from './location-source.ts';

const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 } as const;
const PROBLEMS: Readonly<Record<number, LocationProblem>> = { 1: 'permission_denied', 2: 'unavailable' };

/** The position of this device. A browser delivers while the page is visible, over https or on this machine only. */
export function browserLocation({ geolocation }: Pick<Navigator, 'geolocation'>): LocationSource {
  let watch: number | undefined;
  return {
    start({ onSamples, onProblem }) {
      watch = geolocation.watchPosition(
        (position) => onSamples([sampleOf(position)]),
        ({ code }) => {
          const problem = PROBLEMS[code];
          // A timeout is silence.
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
          ({ message }) => reject(new Error(message)),
          OPTIONS,
        ),
      ),
  };
}

function sampleOf({ timestamp, coords }: GeolocationPosition): LocationSample {
  const { latitude: lat, longitude: lng, speed, heading, accuracy } = coords;
  return { lat, lng, timestamp, speed, heading, accuracy };
}
