import type { DeviceState } from '@rideline/sdk/driver';
import { PermissionsAndroid } from 'react-native';

const { ACCESS_BACKGROUND_LOCATION, ACCESS_FINE_LOCATION } = PermissionsAndroid.PERMISSIONS;

/** Asks the person where they have not answered yet. */
export async function askForLocation(): Promise<boolean> {
  return (await PermissionsAndroid.request(ACCESS_FINE_LOCATION)) === PermissionsAndroid.RESULTS.GRANTED;
}

export async function locationPermission(): Promise<DeviceState> {
  if (await PermissionsAndroid.check(ACCESS_BACKGROUND_LOCATION)) return { permission: 'always' };
  const isGranted = await PermissionsAndroid.check(ACCESS_FINE_LOCATION);
  return { permission: isGranted ? 'while_in_use' : 'denied' };
}
