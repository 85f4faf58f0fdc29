import type { Store } from '@rideline/dashboard/store';
import { isReplay, type ServerTime } from '../state/server-time.ts';
import { storedSetting } from '../state/stored-setting.ts';

/** Settings of the driver app in this browser. */
export interface DriverSettings {
  readonly sound: Store<'on' | 'off'>;
  /** Where positions come from. */
  readonly position: Store<'device' | 'simulated'>;
  /** Simulation only: offers are accepted by the app. */
  readonly accepts: Store<'on' | 'off'>;
}

export function driverSettings(time: ServerTime): DriverSettings {
  return {
    sound: storedSetting('rideline.driver.sound', ['on', 'off'], 'on'),
    // A replayed city is not where this device is.
    position: storedSetting(
      'rideline.driver.position',
      ['device', 'simulated'],
      isReplay(time) ? 'simulated' : 'device',
    ),
    accepts: storedSetting('rideline.driver.accepts', ['on', 'off'], 'off'),
  };
}
