import { isAscii } from 'node:buffer';

/*
 * Nearly every read of a phone's connection holds one frame: whole, final, text, masked (RFC 6455 section 5.2), nothing before and nothing
 * behind it. These functions know that frame alone; all others are the websocket library's.
 */

const TEXT_FINAL = 0x81;
const MASKED = 0x80;
const LENGTH_BITS = 0x7f;
const MEDIUM = 126;
const MASK_BYTES = 4;
const NOT_ASCII = 0x80;

/** Position of the payload when the chunk is such a frame of at most `mostBytes`, else 0. The mask lies in the four bytes before it. */
export function payloadStart(chunk: Buffer, mostBytes: number): number {
  const size = chunk.length;
  if (size < 2 + MASK_BYTES || chunk[0] !== TEXT_FINAL) return 0;
  const second = chunk[1] as number;
  if (second < MASKED) return 0;
  let length = second & LENGTH_BITS;
  let start = 2 + MASK_BYTES;
  if (length === MEDIUM) {
    if (size < 4 + MASK_BYTES) return 0;
    length = ((chunk[2] as number) << 8) | (chunk[3] as number);
    start = 4 + MASK_BYTES;
  } else if (length > MEDIUM) return 0;
  return size === start + length && length <= mostBytes ? start : 0;
}

/** Whether the payload, still masked, begins with `prefix`. */
export function beginsWith(chunk: Buffer, start: number, prefix: Buffer): boolean {
  if (chunk.length - start < prefix.length) return false;
  const mask = start - MASK_BYTES;
  for (let at = 0; at < prefix.length; at++) {
    if (((chunk[start + at] as number) ^ (chunk[mask + (at & 3)] as number)) !== prefix[at]) return false;
  }
  return true;
}

/** Takes the mask off the payload in place; a second time puts it on again. @returns whether the payload, as it is now, is plain ASCII */
export function toggleMask(chunk: Buffer, start: number): boolean {
  const mask = start - MASK_BYTES;
  if (chunk.readInt32LE(mask) === 0) return isAscii(chunk.subarray(start));
  let bits = 0;
  for (let at = start; at < chunk.length; at++) {
    const byte = (chunk[at] as number) ^ (chunk[mask + ((at - start) & 3)] as number);
    chunk[at] = byte;
    bits |= byte;
  }
  return (bits & NOT_ASCII) === 0;
}
