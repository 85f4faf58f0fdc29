import type { NetworkSource } from './network.ts';

/** What is used of a browser's `window`. */
export interface BrowserNetworkWindow {
  readonly navigator: { readonly onLine?: boolean; readonly connection?: { readonly type?: string } };
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** `network: browserNetwork()`: the events `online` and `offline` of the window. */
export function browserNetwork(
  window: BrowserNetworkWindow = globalThis as unknown as BrowserNetworkWindow,
): NetworkSource {
  return {
    subscribe(listener) {
      const report = (online: boolean) => {
        const kind = window.navigator.connection?.type;
        listener({ online, ...(kind === undefined ? {} : { kind }) });
      };
      const onOnline = () => report(true);
      const onOffline = () => report(false);
      window.addEventListener('online', onOnline);
      window.addEventListener('offline', onOffline);
      report(window.navigator.onLine ?? true);
      return () => {
        window.removeEventListener('online', onOnline);
        window.removeEventListener('offline', onOffline);
      };
    },
  };
}
