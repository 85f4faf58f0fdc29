/**
 * One position as the device's location provider gives it. `timestamp`: the provider's own time, epoch ms · `speed`: m/s · `heading`: degrees
 * from north · `accuracy`: metres · `mock`: the OS says that it comes from a mock provider.
 */
export interface LocationSample {
  lat: number;
  lng: number;
  timestamp: number;
  speed?: number | null;
  heading?: number | null;
  accuracy?: number | null;
  mock?: boolean;
}

/** What the device says about itself; absent members are not known on this device. `battery`: percent. */
export interface DeviceState {
  permission?: 'always' | 'while_in_use' | 'denied' | 'not_asked';
  gps?: 'on' | 'off';
  batterySaver?: boolean;
  battery?: number;
  charging?: boolean;
  /** ms since the device was started: tells a restart of the device from a kill of the app. */
  uptimeMs?: number;
}

/** Why a source delivers nothing, as far as it knows. */
export type LocationProblem = 'permission_denied' | 'gps_off' | 'unavailable';

export interface LocationHandlers {
  /** Samples in the order in which they were measured; an OS may deliver many at once. */
  onSamples: (samples: readonly LocationSample[]) => void;
  onProblem: (problem: LocationProblem) => void;
}

/** A location provider of a device, as `trackLocation` uses it. Adapters: `browserLocation`, `expoLocation`. */
export interface LocationSource {
  /** Begins to deliver. Called again after `stop`, to re-arm a source that has fallen silent. A rejection is a problem: `unavailable`. */
  start(handlers: LocationHandlers): Promise<void> | void;
  stop(): Promise<void> | void;
  /** Measures once, now. A source that reports changes only needs it: without it a driver who stands looks like a silent source. */
  current?(): Promise<LocationSample>;
  /** Whether the OS still has the registration. false: the task was lost, as after a kill or an update of the app. */
  isRegistered?(): Promise<boolean>;
  device?(): Promise<DeviceState>;
}
