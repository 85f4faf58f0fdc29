import { PDFArray, PDFDict, type PDFDocument, PDFName, type PDFObject, PDFRef, PDFStream } from 'pdf-lib';

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
/** Keys whose dictionaries are actions where they have an `/S`. Elsewhere `/S` is the style of a border, of page numbers, of a group … */
const ACTION_KEYS = new Set(['A', 'PA', 'OpenAction', 'Next']);
/** The only actions of an accepted file: a place in it, a web address, a command of the viewer. The copy keeps none of them. */
const ACCEPTED_ACTIONS = new Set(['GoTo', 'URI', 'Named']);
/** Deepest nesting of arrays and dictionaries: more than honest files have, and too little to overflow the stack. */
const DEEPEST = 100;
/** Longest chain of references to references. */
const MOST_REFERENCES = 16;

/**
 * Whether the file contains active content or an embedded file, reachable from a page or not, direct or behind a reference, and however its
 * name is escaped (`/#4a#53` is `/JS`), since names are compared after decoding.
 */
export function hasActiveContent(source: PDFDocument): boolean {
  const objects = source.context.enumerateIndirectObjects().map(([, object]) => object);
  // A catalogue may stand in the trailer itself, and is then no indirect object.
  return [...objects, source.catalog].some((object) => isActive(object, 0));
}

function isActive(object: PDFObject, depth: number): boolean {
  if (depth > DEEPEST) return true;
  if (object instanceof PDFStream) return isActive(object.dict, depth + 1);
  if (object instanceof PDFArray) return object.asArray().some((item) => isActive(item, depth + 1));
  if (!(object instanceof PDFDict)) return false;
  return (
    isRefusedAction(object) ||
    object.entries().some(([key, value]) => isActiveEntry(object, key, value, depth))
  );
}

function isActiveEntry(within: PDFDict, key: PDFName, value: PDFObject, depth: number): boolean {
  const name = decoded(key);
  if (REFUSED_KEYS.has(name)) return true;
  const target = resolved(within, value);
  if (KIND_KEYS.has(name) && target instanceof PDFName) return REFUSED_KINDS.has(decoded(target));
  if (ACTION_KEYS.has(name) && leadsToRefusedAction(within, target)) return true;
  // What a reference leads to is looked at as an indirect object of its own.
  return isActive(value, depth + 1);
}

function leadsToRefusedAction(within: PDFDict, target: PDFObject | undefined): boolean {
  const actions =
    target instanceof PDFArray ? target.asArray().map((item) => resolved(within, item)) : [target];
  return actions.some((action) => action instanceof PDFDict && hasRefusedKind(action));
}

/** An action by its own `/Type`, wherever it stands. */
function isRefusedAction(dict: PDFDict): boolean {
  const type = entryOf(dict, 'Type');
  return type instanceof PDFName && decoded(type) === 'Action' && hasRefusedKind(dict);
}

function hasRefusedKind(action: PDFDict): boolean {
  const kind = entryOf(action, 'S');
  if (kind === undefined) return false;
  return !(kind instanceof PDFName && ACCEPTED_ACTIONS.has(decoded(kind)));
}

function entryOf(dict: PDFDict, name: string): PDFObject | undefined {
  const entry = dict.entries().find(([key]) => decoded(key) === name);
  return entry === undefined ? undefined : resolved(dict, entry[1]);
}

/** Follows references to their object; a chain without end leads nowhere. */
function resolved(within: PDFDict, value: PDFObject): PDFObject | undefined {
  let object: PDFObject | undefined = value;
  for (let step = 0; object instanceof PDFRef && step < MOST_REFERENCES; step += 1)
    object = within.context.lookup(object);
  return object instanceof PDFRef ? undefined : object;
}

/** The parser has decoded `#4a` and `#4A` already. Decoding again refuses more, never less. */
function decoded(name: PDFName): string {
  return name
    .decodeText()
    .replaceAll(/#([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
