/** Adobe's segment describes the colour transform; without it CMYK pictures are shown in wrong colours. */
const ADOBE = 0xee;
const FIRST_APPLICATION = 0xe0;
const LAST_APPLICATION = 0xef;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;

/**
 * Removes comments and application segments (EXIF, XMP, IPTC, maker notes, profiles) from a JPEG; pixels stay as they are. Bytes that are not
 * a JPEG, or end before the pixels begin, are returned unchanged: nothing can decode them.
 */
export function stripJpegSegments(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // A fill byte.
      continue;
    }
    if (marker === START_OF_SCAN) return Buffer.concat([...kept, bytes.subarray(at)]);
    const end = at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
    if (!isPersonal(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return bytes;
}

function isPersonal(marker: number): boolean {
  if (marker === COMMENT) return true;
  return marker >= FIRST_APPLICATION && marker <= LAST_APPLICATION && marker !== ADOBE;
}
