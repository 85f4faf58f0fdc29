import { PDFArray, PDFDict, type PDFDocument, PDFName, type PDFObject, PDFStream } from 'pdf-lib';

/** Keys of code that runs, or of embedded files. */
const REFUSED_KEYS = new Set([
  'JS',
  'JavaScript',
  'AA',
  'EmbeddedFiles',
  'EmbeddedFile',
  'EF',
  'RichMedia',
  'RichMediaContent',
  'XFA',
]);
/** Kinds of actions and annotations (`/S`, `/Subtype`) that lead to anything but a place in the file or a web address. */
const REFUSED_KINDS = new Set([
  'JavaScript',
  'Launch',
  'ImportData',
  'SubmitForm',
  'ResetForm',
  'GoToE',
  'GoToR',
  'Rendition',
  'Movie',
  'Sound',
  'GoTo3DView',
  'RichMedia',
  'RichMediaExecute',
  'FileAttachment',
  'Screen',
  '3D',
]);
const KIND_KEYS = new Set(['S', 'Subtype', 'Type']);
/** Deepest nesting of arrays and dictionaries: more than honest files have, and too little to overflow the stack. */
const DEEPEST = 100;

/**
 * Whether the file contains active content or an embedded file, reachable from a page or not, and however its name is escaped (`/#4a#53` is
 * `/JS`), since names are compared after decoding.
 */
export function hasActiveContent(source: PDFDocument): boolean {
  return source.context.enumerateIndirectObjects().some(([, object]) => isActive(object, 0));
}

function isActive(object: PDFObject, depth: number): boolean {
  if (depth > DEEPEST) return true;
  if (object instanceof PDFStream) return isActive(object.dict, depth + 1);
  if (object instanceof PDFArray) return object.asArray().some((item) => isActive(item, depth + 1));
  if (object instanceof PDFDict)
    return object.entries().some(([key, value]) => isActiveEntry(key, value, depth));
  return false;
}

function isActiveEntry(key: PDFName, value: PDFObject, depth: number): boolean {
  const name = decoded(key);
  if (REFUSED_KEYS.has(name)) return true;
  if (value instanceof PDFName) return KIND_KEYS.has(name) && REFUSED_KINDS.has(decoded(value));
  return isActive(value, depth + 1);
}

/** The parser has decoded `#4a` and `#4A` already. Decoding again refuses more, never less. */
function decoded(name: PDFName): string {
  return name
    .decodeText()
    .replaceAll(/#([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
