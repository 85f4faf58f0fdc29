import { isAscii } from 'node:buffer';

/*
 * Nearly every read of a phone's connection is exactly one frame: whole, final, text, masked (RFC 6455 section 5.2). These functions handle
 * only that frame; ws handles all others.
 */

const TEXT_FINAL = 0x81;
const MASKED = 0x80;
const LENGTH_BITS = 0x7f;
const LENGTH_IN_2_BYTES = 126;
const MASK_BYTES = 4;
const NOT_ASCII = 0x80;

/** Position of the payload when the first `size` bytes are such a frame with at most `maxBytes` of payload, else 0. The mask is the four bytes before it. */
export function payloadStart(bytes: Buffer, size: number, maxBytes: number): number {
  if (size < 2 + MASK_BYTES || bytes[0] !== TEXT_FINAL) return 0;
  const second = bytes[1] as number;
  if (second < MASKED) return 0;
  let length = second & LENGTH_BITS;
  let start = 2 + MASK_BYTES;
  if (length === LENGTH_IN_2_BYTES) {
    if (size < 4 + MASK_BYTES) return 0;
    length = ((bytes[2] as number) << 8) | (bytes[3] as number);
    start = 4 + MASK_BYTES;
  } else if (length > LENGTH_IN_2_BYTES) return 0;
  return size === start + length && length <= maxBytes ? start : 0;
}

/** Whether the payload from `start` to `end`, still masked, begins with `prefix`. */
export function beginsWith(bytes: Buffer, start: number, end: number, prefix: Buffer): boolean {
  if (end - start < prefix.length) return false;
  const mask = start - MASK_BYTES;
  for (let at = 0; at < prefix.length; at++) {
    if (((bytes[start + at] as number) ^ (bytes[mask + (at & 3)] as number)) !== prefix[at]) return false;
  }
  return true;
}

/** Unmasks the payload in place; a second call masks it again. @returns whether the payload is now plain ASCII */
export function toggleMask(bytes: Buffer, start: number, end: number): boolean {
  const mask = start - MASK_BYTES;
  if (bytes.readInt32LE(mask) === 0) return isAscii(bytes.subarray(start, end));
  let bits = 0;
  for (let at = start; at < end; at++) {
    const byte = (bytes[at] as number) ^ (bytes[mask + ((at - start) & 3)] as number);
    bytes[at] = byte;
    bits |= byte;
  }
  return (bits & NOT_ASCII) === 0;
}
