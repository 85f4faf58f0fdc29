import Geolocation from '@react-native-community/geolocation';
import type { DeviceState } from '@rideline/sdk/driver';

/** iOS. Asks the person where they have not answered yet. */
export async function askForLocation(): Promise<boolean> {
  return await new Promise((resolve) =>
    Geolocation.requestAuthorization(
      () => resolve(true),
      () => resolve(false),
    ),
  );
}

/** iOS does not say it without a question: a refusal is known by the error of the watch. */
export async function locationPermission(): Promise<DeviceState> {
  return {};
}
