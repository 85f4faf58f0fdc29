/**
 * `@rideline/sdk/react-native`: adapters for the storage, network, location and app state of a React Native app. None imports a native
 * module: the app passes its own in.
 *
 * @module
 */

export {
  type ExpoBatteryModule,
  type ExpoLocationModule,
  type ExpoLocationObject,
  type ExpoLocationOptions,
  type ExpoLocationSource,
  type ExpoPermission,
  expoLocation,
} from '../location/expo-location.ts';
