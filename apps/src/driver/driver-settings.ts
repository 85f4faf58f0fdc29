import type { Store } from '../state/store.ts';
import { storedSetting } from '../state/stored-setting.ts';

/** Settings of the driver app in this browser. */
export interface DriverSettings {
  readonly sound: Store<'on' | 'off'>;
  /** Where positions come from. */
  readonly position: Store<'device' | 'simulated'>;
  /** Simulation only: offers are accepted by the app. */
  readonly accepts: Store<'on' | 'off'>;
}

/** Below this, people cannot answer an offer in time: the simulation accepts by itself unless it is switched off. */
const ANSWERABLE_MS = 6000;
/** What the server gives a driver to answer, ms of its clock (docs/decisions/0149). */
export const OFFER_WINDOW_MS = 15_000;

export function driverSettings(rate: number): DriverSettings {
  const isTooFast = OFFER_WINDOW_MS / rate < ANSWERABLE_MS;
  return {
    sound: storedSetting('rideline.driver.sound', ['on', 'off'], 'on'),
    // A replayed city is not where this device is.
    position: storedSetting(
      'rideline.driver.position',
      ['device', 'simulated'],
      rate === 1 ? 'device' : 'simulated',
    ),
    accepts: storedSetting('rideline.driver.accepts', ['on', 'off'], isTooFast ? 'on' : 'off'),
  };
}
