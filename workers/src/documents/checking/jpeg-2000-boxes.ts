/**
 * Boxes that draw a picture (ISO/IEC 15444-1, annex I, and 15444-2, annex M). Left out: `xml ` and `uuid` (XMP, EXIF, IPTC, GeoJP2), rights,
 * labels, and all that is unknown.
 */
const DRAWING: ReadonlySet<string> = new Set(
  'jP  ,ftyp,rreq,jp2h,jp2c,jpch,jplh,ihdr,bpcc,colr,pclr,cmap,cdef,res ,resc,resd,cgrp,opct,creg'.split(','),
);
const BOXES_OF_BOXES: ReadonlySet<string> = new Set(['jp2h', 'jpch', 'jplh', 'res ', 'cgrp']);
const CODESTREAM = 'jp2c';

/** Markers of a codestream (ISO/IEC 15444-1, annex A). */
const START_OF_CODESTREAM = 0xff4f;
const START_OF_TILE_PART = 0xff90;
const START_OF_DATA = 0xff93;
const END_OF_CODESTREAM = 0xffd9;
const COMMENT = 0xff64;

/**
 * Removes from a JPEG 2000 picture what does not draw it: boxes with metadata, bytes behind the end, and the text of comments. Pixels stay as
 * they are.
 * @returns undefined without a codestream
 */
export function stripJpeg2000(bytes: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length >= 2 && file.readUInt16BE(0) === START_OF_CODESTREAM) return withoutComments(file);
  const boxes = [...boxesOf(file)];
  return boxes.some(({ type }) => type === CODESTREAM) ? drawingOnly(boxes) : undefined;
}

interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** The boxes of a file or of a box, until one is cut off; a cut codestream is shown as far as it goes. */
function* boxesOf(file: Buffer): Generator<Box> {
  let at = 0;
  while (at + 8 <= file.length) {
    const short = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const header = short === 1 ? 16 : 8;
    if (at + header > file.length) return;
    const length =
      short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? file.length - at : short;
    if (length < header || (at + length > file.length && type !== CODESTREAM)) return;
    yield { type, content: file.subarray(at + header, at + length) };
    at += length;
  }
}

function drawingOnly(boxes: Iterable<Box>): Buffer {
  const kept: Buffer[] = [];
  for (const { type, content } of boxes) {
    if (!DRAWING.has(type)) continue;
    const clean = BOXES_OF_BOXES.has(type)
      ? drawingOnly(boxesOf(content))
      : type === CODESTREAM
        ? withoutComments(content)
        : content;
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + clean.length);
    header.write(type, 4, 'latin1');
    kept.push(header, clean);
  }
  return Buffer.concat(kept);
}

/** Comments become blanks and keep their place: lengths that the codestream names stay true. */
function withoutComments(codestream: Buffer): Buffer {
  const copy = Buffer.from(codestream);
  let at = 2;
  let endOfTilePart = copy.length;
  while (at + 4 <= copy.length) {
    const marker = copy.readUInt16BE(at);
    if (marker < 0xff00) return copy;
    if (marker === START_OF_DATA) {
      at = endOfTilePart;
      continue;
    }
    if (marker === END_OF_CODESTREAM) break;
    const end = at + 2 + copy.readUInt16BE(at + 2);
    if (marker === START_OF_TILE_PART && at + 10 <= copy.length) {
      const length = copy.readUInt32BE(at + 6);
      // 0: the last one, which takes the rest. Never backwards, whatever the file says.
      endOfTilePart = length === 0 ? copy.length : Math.max(end, at + length);
    }
    // Behind its length a comment says whether it is text.
    if (marker === COMMENT) copy.fill(' ', at + 6, Math.max(at + 6, end));
    at = end;
  }
  const hasEnd = at + 2 <= copy.length && copy.readUInt16BE(at) === END_OF_CODESTREAM;
  return hasEnd ? copy.subarray(0, at + 2) : copy;
}
