import {
  decodePDFRawStream,
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  type PDFObject,
  PDFRawStream,
} from 'pdf-lib';
import { FileRejected } from './checked-file.ts';
import { stripJpegSegments } from './jpeg-segments.ts';

const FILTER = PDFName.of('Filter');
const PARAMETERS = PDFName.of('DecodeParms');
const JPEG_FILTER = PDFName.of('DCTDecode');
/** Short names: meant for pictures inside of contents, and read by viewers everywhere. */
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['DCT', 'DCTDecode'],
  ['Fl', 'FlateDecode'],
  ['LZW', 'LZWDecode'],
  ['A85', 'ASCII85Decode'],
  ['AHx', 'ASCIIHexDecode'],
  ['RL', 'RunLengthDecode'],
]);
/** What reveals an author, a program or a place, or fetches a picture from another file. */
const STRIPPED_KEYS = 'Metadata PieceInfo LastModified Measure PtData AF OPI Ref F FFilter FDecodeParms'
  .split(' ')
  .map((key) => PDFName.of(key));

/**
 * Removes EXIF (location, camera, owner) from the JPEG pictures in a PDF; scanners and phones embed them unchanged.
 * @throws FileRejected DAMAGED: a picture that is packed once more cannot be unpacked
 */
export function stripPdfStreams(context: PDFContext): void {
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    for (const key of STRIPPED_KEYS) object.dict.delete(key);
    const filters = filtersOf(object.dict);
    if (filters.at(-1) !== JPEG_FILTER) continue;
    const jpeg = filters.length === 1 ? object.contents : unpacked(object, filters);
    if (filters.length > 1) keepLastFilter(object.dict);
    context.assign(ref, PDFRawStream.of(object.dict, stripJpegSegments(jpeg)));
  }
}

/** The filters in the order in which they are undone, by their long names. */
function filtersOf(dict: PDFDict): PDFName[] {
  const filter = dict.lookup(FILTER);
  const filters: (PDFObject | undefined)[] =
    filter instanceof PDFArray ? filter.asArray().map((_item, index) => filter.lookup(index)) : [filter];
  return filters.flatMap((one) => {
    if (!(one instanceof PDFName)) return [];
    const name = one.decodeText();
    return [PDFName.of(LONG_NAMES.get(name) ?? name)];
  });
}

/** The JPEG file behind all filters but the last. */
function unpacked(stream: PDFRawStream, filters: readonly PDFName[]): Uint8Array {
  const { context } = stream.dict;
  const dict = context.obj({ Filter: filters.slice(0, -1) });
  const parameters = stream.dict.lookup(PARAMETERS);
  if (parameters instanceof PDFArray) dict.set(PARAMETERS, parameters);
  let jpeg: Uint8Array;
  try {
    jpeg = decodePDFRawStream(PDFRawStream.of(dict, stream.contents)).decode();
  } catch (error) {
    throw new FileRejected('DAMAGED', error);
  }
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw new FileRejected('DAMAGED');
  return jpeg;
}

function keepLastFilter(dict: PDFDict): void {
  const parameters = dict.lookup(PARAMETERS);
  const last = parameters instanceof PDFArray ? parameters.lookup(parameters.size() - 1) : undefined;
  dict.set(FILTER, JPEG_FILTER);
  if (last instanceof PDFDict) dict.set(PARAMETERS, last);
  else dict.delete(PARAMETERS);
}
