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
import { stripJpeg2000 } from './jpeg-2000-boxes.ts';
import { stripJpegSegments } from './jpeg-segments.ts';

const FILTER = PDFName.of('Filter');
const PARAMETERS = PDFName.of('DecodeParms');
/** What is left of a picture that is a file of its own, by the filter that reads it; undefined when there is no picture. */
const PICTURES: ReadonlyMap<PDFName, (file: Uint8Array) => Uint8Array | undefined> = new Map([
  [PDFName.of('DCTDecode'), stripJpegSegments],
  [PDFName.of('JPXDecode'), stripJpeg2000],
]);
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
 * Removes metadata (location, camera, owner) from the JPEG and JPEG 2000 pictures in a PDF; scanners and phones embed them unchanged.
 * @throws FileRejected DAMAGED: a picture that is packed once more cannot be unpacked, or what should be one is none
 */
export function stripPdfStreams(context: PDFContext): void {
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    for (const key of STRIPPED_KEYS) object.dict.delete(key);
    const filters = filtersOf(object.dict);
    const last = filters.at(-1);
    const strip = last && PICTURES.get(last);
    if (last === undefined || strip === undefined) continue;
    const picture = strip(filters.length === 1 ? object.contents : unpacked(object, filters));
    if (picture === undefined) throw new FileRejected('DAMAGED');
    if (filters.length > 1) keepLastFilter(object.dict, last);
    context.assign(ref, PDFRawStream.of(object.dict, picture));
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

/** The picture behind all filters but the last. */
function unpacked(stream: PDFRawStream, filters: readonly PDFName[]): Uint8Array {
  const { context } = stream.dict;
  const dict = context.obj({ Filter: filters.slice(0, -1) });
  const parameters = stream.dict.lookup(PARAMETERS);
  if (parameters instanceof PDFArray) dict.set(PARAMETERS, parameters);
  try {
    return decodePDFRawStream(PDFRawStream.of(dict, stream.contents)).decode();
  } catch (error) {
    throw new FileRejected('DAMAGED', error);
  }
}

function keepLastFilter(dict: PDFDict, filter: PDFName): void {
  const parameters = dict.lookup(PARAMETERS);
  const last = parameters instanceof PDFArray ? parameters.lookup(parameters.size() - 1) : undefined;
  dict.set(FILTER, filter);
  if (last instanceof PDFDict) dict.set(PARAMETERS, last);
  else dict.delete(PARAMETERS);
}
