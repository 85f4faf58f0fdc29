import {
  concatTransformationMatrix,
  drawObject,
  PDFArray,
  PDFDict,
  type PDFDocument,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFOperator,
  PDFOperatorNames,
  type PDFPage,
  PDFRef,
  PDFStream,
  popGraphicsState,
  pushGraphicsState,
  setGraphicsState,
} from 'pdf-lib';

const name = PDFName.of;
/** Bits of `/F`: not shown on a screen. */
const HIDDEN = 0b10_0010;
/** Annotations without an appearance that viewers draw by themselves … */
const DRAWN_BY_VIEWERS = new Set(
  'Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Caret Ink Stamp Text'
    .split(' ')
    .map(name),
);
/** … and all that they need for it. Not kept: actions, destinations, authors, dates, replies. */
const DRAWN_KEYS = new Set(
  'Type Subtype Rect F C IC CA Border BS BE QuadPoints InkList Vertices L LE LL LLE Cap CP CO RD Contents DA DS RC Q CL IT Name Rotate OC'
    .split(' ')
    .map(name),
);

/**
 * Draws the appearances of a page's annotations (form fields, stamps, comments) into its content, in their order. Annotations that viewers
 * draw without an appearance stay, reduced to how they look; all others are removed.
 */
export function flattenAnnotations(source: PDFDocument, page: PDFPage): void {
  const annotations = page.node.lookup(PDFName.Annots);
  const contents = page.node.Contents();
  // Two pages may share one list of contents, and each must be drawn on by itself.
  if (contents instanceof PDFArray) page.node.set(PDFName.Contents, contents.clone());
  const kept: PDFDict[] = [];
  for (const item of annotations instanceof PDFArray ? annotations.asArray() : []) {
    const annotation = source.context.lookup(item);
    if (!(annotation instanceof PDFDict) || isHidden(annotation)) continue;
    const appearance = appearanceOf(annotation);
    if (appearance !== undefined) drawAppearance(source, page, annotation, appearance);
    else if (DRAWN_BY_VIEWERS.has(annotation.lookup(name('Subtype')) as PDFName))
      kept.push(reduced(annotation));
  }
  page.node.delete(PDFName.Annots);
  if (kept.length > 0)
    page.node.set(PDFName.Annots, source.context.obj(kept.map((dict) => source.context.register(dict))));
}

function isHidden(annotation: PDFDict): boolean {
  const flags = annotation.lookup(name('F'));
  if (annotation.lookup(name('Subtype')) === name('Popup')) return true;
  return flags instanceof PDFNumber && (flags.asNumber() & HIDDEN) !== 0;
}

interface Appearance {
  readonly stream: PDFStream;
  readonly ref: PDFRef;
}

/** The appearance that is shown: of several, that of the annotation's state. */
function appearanceOf(annotation: PDFDict): Appearance | undefined {
  const { context } = annotation;
  const appearances = annotation.lookup(name('AP'));
  if (!(appearances instanceof PDFDict)) return undefined;
  let normal = appearances.get(name('N'));
  const states = context.lookup(normal);
  if (states instanceof PDFDict) normal = states.get(stateOf(annotation)) ?? states.get(name('Off'));
  const stream = context.lookup(normal);
  if (!(stream instanceof PDFStream)) return undefined;
  return { stream, ref: normal instanceof PDFRef ? normal : context.register(stream) };
}

/** `/AS`; without it the value of the field, which may stand in its parent. */
function stateOf(annotation: PDFDict): PDFName {
  const parent = annotation.lookup(PDFName.Parent);
  const states = [annotation.lookup(name('AS')), annotation.lookup(name('V'))];
  if (parent instanceof PDFDict) states.push(parent.lookup(name('V')));
  return states.find((state) => state instanceof PDFName) ?? name('Off');
}

function drawAppearance(
  source: PDFDocument,
  page: PDFPage,
  annotation: PDFDict,
  { stream, ref }: Appearance,
): void {
  const rect = numbersOf(annotation.lookup(name('Rect')), 4);
  if (rect === undefined) return;
  const [left, bottom, right, top] = [
    Math.min(rect[0], rect[2]),
    Math.min(rect[1], rect[3]),
    Math.max(rect[0], rect[2]),
    Math.max(rect[1], rect[3]),
  ];
  completeForm(source, stream, [0, 0, right - left, top - bottom]);
  const box = placedBox(stream.dict);
  if (box === undefined) return;
  const [across, up] = [(right - left) / box.width, (top - bottom) / box.height];
  const layer = annotation.get(name('OC'));
  page.pushOperators(
    pushGraphicsState(),
    ...(layer === undefined ? [] : [beginLayer(page, layer)]),
    ...(annotation.lookup(name('Subtype')) === name('Highlight') ? [setGraphicsState(multiply(page))] : []),
    concatTransformationMatrix(across, 0, 0, up, left - box.x * across, bottom - box.y * up),
    drawObject(page.node.newXObject('Shown', ref)),
    ...(layer === undefined ? [] : [PDFOperator.of(PDFOperatorNames.EndMarkedContent)]),
    popGraphicsState(),
  );
}

/** What a form drawn by `Do` must have and appearances of careless programs lack. */
function completeForm(source: PDFDocument, { dict }: PDFStream, box: number[]): void {
  dict.set(PDFName.Type, PDFName.XObject);
  dict.set(name('Subtype'), name('Form'));
  if (numbersOf(dict.lookup(name('BBox')), 4) === undefined) dict.set(name('BBox'), source.context.obj(box));
  if (dict.lookup(PDFName.Resources) instanceof PDFDict) return;
  const form = source.catalog.lookup(name('AcroForm'));
  const shared = form instanceof PDFDict ? form.get(name('DR')) : undefined;
  if (shared !== undefined) dict.set(PDFName.Resources, shared);
}

/** The box around an appearance's corners behind its own matrix (ISO 32000-2, 12.5.5); undefined when it has no area. */
function placedBox(dict: PDFDict): { x: number; y: number; width: number; height: number } | undefined {
  const box = numbersOf(dict.lookup(name('BBox')), 4);
  const [a, b, c, d, e, f] = numbersOf(dict.lookup(name('Matrix')), 6) ?? [1, 0, 0, 1, 0, 0];
  if (box === undefined) return undefined;
  const corners = [0, 2].flatMap((i) => [1, 3].map((j) => [box[i] ?? 0, box[j] ?? 0] as const));
  const xs = corners.map(([x, y]) => a * x + c * y + e);
  const ys = corners.map(([x, y]) => b * x + d * y + f);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y];
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Viewers lay a highlight over the text without hiding it, whatever its appearance says. */
function multiply(page: PDFPage): PDFName {
  const state = page.doc.context.obj({ Type: 'ExtGState', BM: 'Multiply' });
  return page.node.newExtGState('Highlight', page.doc.context.register(state));
}

/** An annotation that belongs to a layer is shown and hidden with it. */
function beginLayer(page: PDFPage, layer: PDFObject): PDFOperator {
  const { Resources } = page.node.normalizedEntries();
  let properties = Resources.lookup(name('Properties'));
  if (!(properties instanceof PDFDict)) {
    properties = page.doc.context.obj({});
    Resources.set(name('Properties'), properties);
  }
  const key = (properties as PDFDict).uniqueKey('Layer');
  (properties as PDFDict).set(key, layer);
  return PDFOperator.of(PDFOperatorNames.BeginMarkedContentSequence, [name('OC'), key]);
}

function reduced(annotation: PDFDict): PDFDict {
  const dict = annotation.clone();
  for (const key of dict.keys()) if (!DRAWN_KEYS.has(key)) dict.delete(key);
  return dict;
}

type Numbers<Length> = Length extends 4
  ? [number, number, number, number]
  : [number, number, number, number, number, number];

function numbersOf<Length extends 4 | 6>(
  array: PDFObject | undefined,
  length: Length,
): Numbers<Length> | undefined {
  if (!(array instanceof PDFArray) || array.size() !== length) return undefined;
  const numbers = array.asArray().map((_item, index) => array.lookup(index));
  if (!numbers.every((item) => item instanceof PDFNumber)) return undefined;
  return numbers.map((item) => item.asNumber()) as Numbers<Length>;
}
