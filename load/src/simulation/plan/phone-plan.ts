import type { InterruptionKind, NetworkProfileName } from '../network/profiles.ts';
import type { WireFaultKind } from '../network/wire-faults.ts';
import type { ClockErrors } from '../phones/phone-clock.ts';

/** Something that happens to a phone, `atMs` after the run began. */
export type PhoneStep = { readonly atMs: number } & (
  | { readonly kind: 'network'; readonly profile: NetworkProfileName }
  | { readonly kind: 'interrupt'; readonly what: InterruptionKind }
  /** The network is back; `survive`: share of the connections that go on. */
  | { readonly kind: 'restore'; readonly survive: number }
  /** The app's process is killed; what it stored stays. */
  | { readonly kind: 'kill' }
  /** The battery is empty: the phone is gone without a word. */
  | { readonly kind: 'battery' }
  /** The app is started again after `kill` or `battery`. */
  | { readonly kind: 'boot' }
  | { readonly kind: 'background' }
  | { readonly kind: 'foreground' }
  /** The wall clock is set; the monotonic clock goes on. */
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'wire'; readonly what: WireFaultKind }
  /** Riders: request a trip, unless one is open. Metres from the pick-up to the drop-off, degrees from north. */
  | { readonly kind: 'request'; readonly metres: number; readonly bearing: number }
);

/** Everything that is decided about one simulated phone before the run. */
export interface PhonePlan {
  readonly number: number;
  readonly role: 'driver' | 'rider';
  readonly profile: NetworkProfileName;
  readonly clock: ClockErrors;
  /** The app keeps its commands in storage that outlives it. */
  readonly hasStorage: boolean;
  /** Drivers: between two fixes, ms, and where in the recorded trace they begin. */
  readonly fixEveryMs: number;
  readonly traceOffsetMs: number;
  /** In order of time. */
  readonly steps: readonly PhoneStep[];
}

export interface FleetPlan {
  readonly seed: number;
  readonly runMs: number;
  readonly phones: readonly PhonePlan[];
}
