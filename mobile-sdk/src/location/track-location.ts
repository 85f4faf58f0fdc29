import type { HealthCondition, UplinkPolicy } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import type { Facts } from '../diagnostics/diagnostics.ts';
import type { Driver, FixInput } from '../driver/driver.ts';
import { HealthLog } from '../health/health-log.ts';
import { HealthReporter } from '../health/health-reporter.ts';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import type { DeviceState, LocationSource } from './location-source.ts';
import { LocationTracker, type TrackOptions } from './location-tracker.ts';

/** What tracking needs of a driver. */
export interface LocationTrackingParts {
  readonly boot: string;
  readonly clock: SdkClock;
  readonly serverClock: ServerClock;
  readonly connection: Connection;
  /** In force now; undefined before the first connection. */
  readonly policy: () => UplinkPolicy | undefined;
  readonly onFix: (fix: FixInput) => void;
  readonly onHealth: (health: { conditions: HealthCondition[]; device: DeviceState }) => void;
}

/** The location source of a driver's phone, and the phone's health. A driver that tracks nothing has none, and its app does not carry it. */
export class LocationTracking {
  readonly #parts: LocationTrackingParts;
  readonly #log = new HealthLog();
  readonly #reporter: HealthReporter;
  #tracker: LocationTracker | undefined;

  constructor(parts: LocationTrackingParts) {
    this.#parts = parts;
    const counts = () => this.#tracker?.counts ?? { expected: 0, received: 0 };
    this.#reporter = new HealthReporter({ ...parts, log: this.#log, counts });
  }

  track(source: LocationSource, options: TrackOptions): () => Promise<void> {
    const { clock, serverClock, policy, onFix, onHealth } = this.#parts;
    const before = this.#tracker?.stop();
    const tracker = new LocationTracker({
      clock,
      source,
      options,
      log: this.#log,
      clockSkewMs: () => serverClock.skewMs,
      onFix,
      onHealth: () => {
        this.#reporter.wake();
        onHealth({ conditions: this.#log.active, device: this.#log.device });
      },
    });
    this.#tracker = tracker;
    const inForce = policy();
    if (inForce !== undefined) tracker.setPolicy(inForce);
    void tracker.start(before);
    this.#reporter.enable();
    return () => tracker.stop();
  }

  setPolicy(policy: UplinkPolicy): void {
    this.#tracker?.setPolicy(policy);
  }

  /** The app is in the foreground, or the server misses positions. */
  wake(): void {
    void this.#tracker?.wake();
  }

  connected(): void {
    this.#reporter.wake();
  }

  disconnected(): void {
    this.#reporter.stop();
  }

  close(): void {
    void this.#tracker?.stop();
    this.#reporter.flush();
  }

  /** For `diagnostics()`. */
  get counters(): Facts {
    return { ...this.#tracker?.counts };
  }

  get device(): Facts {
    return { ...this.#log.device, conditions: this.#log.active.join(' ') };
  }
}

/**
 * Runs a location source for a driver, in place of an earlier one: fixes are taken as the server's uplink policy wants, and what is wrong with
 * the source or the device is reported to the server and as the driver's event `health`. Returns the function that stops it; `driver.close()`
 * does too.
 */
export function trackLocation(
  driver: Driver,
  source: LocationSource,
  options: TrackOptions = {},
): () => Promise<void> {
  return driver.tracking((parts) => new LocationTracking(parts)).track(source, options);
}
