/**
 * `@rideline/sdk/browser`: adapters for a browser's storage, network, location and visibility. The only entry that uses the DOM.
 *
 * @module
 */

export {
  type BrowserAppWindow,
  type BrowserEventTarget,
  browserAppState,
} from '../app-state/browser-app-state.ts';
export { type BrowserPosition, browserLocation, type NavigatorLike } from '../location/browser-location.ts';
export { type BrowserNetworkWindow, browserNetwork } from '../network/browser-network.ts';
export { type BrowserStorageOptions, browserStorage } from '../storage/browser-storage.ts';
