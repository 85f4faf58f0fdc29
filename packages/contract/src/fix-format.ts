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
  /** The driver stands: taken by time alone, so that a driver who stands is not mistaken for a phone that is silent. */
  still: 4,
  /** The receiver's time was 1,024 weeks behind (GPS week rollover) and has been corrected. */
  rollover: 8,
} as const;
export type FixFlag = keyof typeof FIX_FLAGS;

/** The names of the bits that are set. */
export function fixFlagNames(flags: number): FixFlag[] {
  return (Object.keys(FIX_FLAGS) as FixFlag[]).filter((name) => (flags & FIX_FLAGS[name]) !== 0);
}
