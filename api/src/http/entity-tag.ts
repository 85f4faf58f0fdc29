import { createHash } from 'node:crypto';

/** Base64url characters of the hash in a tag: at 96 bits two answers of one URL collide with probability 2^-96. */
const TAG_CHARACTERS = 16;

/** Weak tag from the uncompressed body: the same answer may travel compressed or not. */
export function entityTag(body: string): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}
