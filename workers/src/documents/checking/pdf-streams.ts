import { PDFArray, type PDFContext, PDFName, PDFRawStream } from 'pdf-lib';
import { stripJpegSegments } from './jpeg-segments.ts';

const FILTER = PDFName.of('Filter');
const JPEG_FILTER = PDFName.of('DCTDecode');
/** What reveals an author, a program or a place, or fetches a picture from another file. */
const STRIPPED_KEYS = 'Metadata PieceInfo LastModified Measure PtData AF OPI Ref F FFilter FDecodeParms'
  .split(' ')
  .map((key) => PDFName.of(key));

/** Removes EXIF (location, camera, owner) from the JPEG pictures in a PDF; scanners and phones embed them unchanged. */
export function stripPdfStreams(context: PDFContext): void {
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    for (const key of STRIPPED_KEYS) object.dict.delete(key);
    if (!isJpeg(object)) continue;
    context.assign(ref, PDFRawStream.of(object.dict, stripJpegSegments(object.contents)));
  }
}

/** The stream's bytes are a JPEG file only when JPEG is the sole filter. */
function isJpeg({ dict }: PDFRawStream): boolean {
  const filter = dict.lookup(FILTER);
  if (filter instanceof PDFArray) return filter.size() === 1 && filter.lookup(0) === JPEG_FILTER;
  return filter === JPEG_FILTER;
}
