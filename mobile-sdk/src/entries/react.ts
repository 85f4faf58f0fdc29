/**
 * `@rideline/sdk/react`: hooks for React ≥ 18, in browsers and React Native. The clients are made outside React, once per app: a hook
 * subscribes, and an unmount ends only that.
 *
 * @module
 */

export { useConnection } from '../react/use-connection.ts';
export { type DriverView, useDriver, useOffers } from '../react/use-driver.ts';
export { useFollow } from '../react/use-follow.ts';
export { useTrip } from '../react/use-trip.ts';
