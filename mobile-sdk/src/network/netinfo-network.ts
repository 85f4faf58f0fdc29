import type { NetworkSource } from './network.ts';

/** What is used of `@react-native-community/netinfo` (11 or later). */
export interface NetInfoModule {
  addEventListener(
    listener: (state: { readonly type: string; readonly isConnected: boolean | null }) => void,
  ): () => void;
}

/**
 * `network: netInfoNetwork(NetInfo)` with the default export of `@react-native-community/netinfo`. `isInternetReachable` is not looked at: it
 * stays false after a change of networks on some devices.
 */
export function netInfoNetwork(netInfo: NetInfoModule): NetworkSource {
  return {
    subscribe: (listener) =>
      netInfo.addEventListener(({ type, isConnected }) => listener({ online: isConnected, kind: type })),
  };
}
