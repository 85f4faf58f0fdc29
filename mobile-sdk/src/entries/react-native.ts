/**
 * `@rideline/sdk/react-native`: adapters for the storage, network, location and app state of a React Native app. None imports a native
 * module: the app passes its own in.
 *
 * @module
 */

export { type AppStateModule, reactNativeAppState } from '../app-state/react-native-app-state.ts';
export {
  type ExpoBatteryModule,
  type ExpoLocationModule,
  type ExpoLocationObject,
  type ExpoLocationOptions,
  type ExpoLocationSource,
  type ExpoPermission,
  expoLocation,
} from '../location/expo-location.ts';
export { type NetInfoModule, netInfoNetwork } from '../network/netinfo-network.ts';
export {
  type AsyncStorageLike,
  fromAsyncStorage,
  fromMmkv,
  type MmkvLike,
} from '../storage/from-key-value-libraries.ts';
export {
  type ExpoSqliteDatabase,
  fromExpoSqlite,
  fromOpSqlite,
  type OpSqliteDatabase,
} from '../storage/from-sqlite-libraries.ts';
export {
  type KeyValueDatabase,
  type KeyValueStorageOptions,
  keyValueStorage,
} from '../storage/key-value-storage.ts';
export { type SqliteDatabase, type SqliteStorageOptions, sqliteStorage } from '../storage/sqlite-storage.ts';
