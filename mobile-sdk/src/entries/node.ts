/**
 * `@rideline/sdk/node`: storage for Node ≥ 20. The only entry that imports Node's own modules.
 *
 * @module
 */

export {};
