/** One position as the device's location provider gives it. `timestamp`: the provider's own time, epoch ms. */
export interface LocationSample {
  lat: number;
  lng: number;
  timestamp: number;
  speed?: number | null;
  heading?: number | null;
  accuracy?: number | null;
}

export type LocationProblem = 'permission_denied' | 'gps_off' | 'unavailable';

export interface LocationHandlers {
  onSamples: (samples: readonly LocationSample[]) => void;
  onProblem: (problem: LocationProblem) => void;
}

/** The shape of the SDK's location sources. */
export interface LocationSource {
  start(handlers: LocationHandlers): Promise<void> | void;
  stop(): Promise<void> | void;
  current?(): Promise<LocationSample>;
}
