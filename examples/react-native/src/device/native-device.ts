import { createAsyncStorage } from '@react-native-async-storage/async-storage';
import NetInfo from '@react-native-community/netinfo';
import { fromAsyncStorage, netInfoNetwork, reactNativeAppState } from '@rideline/sdk/react-native';
import { AppState } from 'react-native';
import type { Device, Settings } from './device.ts';
import { geolocation } from './geolocation.ts';
import { askForLocation } from './location-permission';
import { SERVER_URL } from './server.ts';
import { tokenVault } from './token-vault.ts';

const settings = createAsyncStorage('rideline-settings');
const setting = (key: string): Settings => ({
  get: () => settings.getItem(key),
  set: (text) => settings.setItem(key, text),
});

/** A database of its own: what the SDK stores must not depend on how the app uses its settings. */
const database = createAsyncStorage('rideline');

export const nativeDevice: Device = {
  url: SERVER_URL,
  network: netInfoNetwork(NetInfo),
  appState: reactNativeAppState(AppState),
  tokens: tokenVault,
  online: setting('online'),
  alive: setting('alive'),
  storage: () => fromAsyncStorage(database),
  location: geolocation,
  askForLocation,
};
