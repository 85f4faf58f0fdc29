/**
 * `@rideline/sdk`: drivers and riders together. An app of one kind imports `@rideline/sdk/driver` or `@rideline/sdk/rider`, which are smaller.
 *
 * @module
 */

export * from './driver.ts';
export * from './rider.ts';
