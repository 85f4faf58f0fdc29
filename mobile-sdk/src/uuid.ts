import type { SdkClock } from './time/clock.ts';

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** A UUIDv7 (RFC 9562): time first, the rest random. Not a secret; Hermes has no `crypto.randomUUID`. */
export function newUuid(clock: SdkClock): string {
  const random = (bits: number) => Math.floor(clock.random() * 2 ** bits);
  const time = hex(Math.floor(clock.wallMs()), 12);
  const variant = hex(0x8000 | random(14), 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(random(12), 3)}-${variant}-${hex(random(24), 6)}${hex(random(24), 6)}`;
}
