/**
 * `@rideline/sdk/browser`: adapters for a browser's storage, network, location and visibility. The only entry that uses the DOM.
 *
 * @module
 */

export {};
