/*
 * Constants of a fix that the SDK's package contains: no zod here (docs/decisions/0163-sdk-package.md).
 */

/** Highest sequence number of a fix. */
export const SEQ_MAX = 2 ** 32 - 1;

/** Bits of a fix's `flags`. */
export const FIX_FLAGS = {
  /** The phone's operating system reports that the position comes from a mock provider. */
  mock: 1,
  /** Sent again after a reconnect, or collected offline. */
  replayed: 2,
} as const;
