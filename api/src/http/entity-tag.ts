import { createHash } from 'node:crypto';

/** Bits of the hash that tell two answers of one address apart: 2^-96 is never. */
const TAG_CHARACTERS = 16;

/** Weak, since the same answer may travel packed or not: by the bytes of the body before any packing. */
export function entityTag(body: string): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}
