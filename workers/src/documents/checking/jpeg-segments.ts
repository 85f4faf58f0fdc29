const FILL = 0xff;
const START_OF_IMAGE = Buffer.from([0xff, 0xd8]);
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Adobe's segment describes the colour transform; without it CMYK pictures are shown in wrong colours. */
const ADOBE = 0xee;
const FIRST_APPLICATION = 0xe0;
const LAST_APPLICATION = 0xef;
const COMMENT = 0xfe;
/** The next scan, the end, Adobe's segment, and tables: Huffman, arithmetic, quantization, lines, restart interval. */
const ENDS_A_SCAN: ReadonlySet<number> = new Set([
  START_OF_SCAN,
  END_OF_IMAGE,
  ADOBE,
  0xc4,
  0xcc,
  0xdb,
  0xdc,
  0xdd,
]);

/**
 * Removes from a JPEG what does not draw it: comments and application segments (EXIF, XMP, IPTC, maker notes, profiles), wherever they stand,
 * and all bytes before, between and behind its segments. Phones append a second picture or a film there, with a location of its own. Pixels
 * stay as they are. Decoders skip bytes between segments, so that a strict reader would keep what they ignore.
 * @returns undefined without a picture: no start, or no scan
 */
export function stripJpegSegments(bytes: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = file.indexOf(START_OF_IMAGE);
  if (start < 0) return undefined;
  const kept: Uint8Array[] = [START_OF_IMAGE];
  let at = start + 2;
  let hasScan = false;
  while (at + 1 < file.length) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== FILL || marker === FILL) {
      at += 1;
      continue;
    }
    if (marker === END_OF_IMAGE) {
      kept.push(file.subarray(at, at + 2));
      break;
    }
    const length = at + 4 <= file.length && hasLength(marker) ? file.readUInt16BE(at + 2) : 0;
    const end = at + 2 + length;
    if (length >= 2 && end <= file.length && !isPersonal(marker)) kept.push(file.subarray(at, end));
    at = end;
    if (marker !== START_OF_SCAN) continue;
    hasScan = true;
    at = endOfScan(file, end);
    kept.push(file.subarray(end, at));
  }
  return hasScan ? Buffer.concat(kept) : undefined;
}

/** Bytes of a damaged scan that look like any other marker stay in it: decoders skip them. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(FILL, from); at >= 0; at = file.indexOf(FILL, at + 1)) {
    const marker = file[at + 1] ?? 0;
    if (ENDS_A_SCAN.has(marker) || isPersonal(marker)) return at;
  }
  return file.length;
}

/** Markers 01 and D0 to D8 stand alone; 00 is no marker. */
function hasLength(marker: number): boolean {
  return marker > 0x01 && (marker < 0xd0 || marker > 0xd8);
}

function isPersonal(marker: number): boolean {
  if (marker === COMMENT) return true;
  return marker >= FIRST_APPLICATION && marker <= LAST_APPLICATION && marker !== ADOBE;
}
