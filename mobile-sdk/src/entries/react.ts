/**
 * `@rideline/sdk/react`: hooks for React ≥ 18, in browsers and React Native.
 *
 * @module
 */

export {};
