import { PDFArray, PDFDict, type PDFDocument, PDFName, type PDFObjectCopier } from 'pdf-lib';

const LAYERS = PDFName.of('OCProperties');
/** What decides whether a layer is shown. Not kept: other configurations, the list in which readers switch layers, creators. */
const DEFAULT_KEYS = new Set('BaseState ON OFF AS Intent'.split(' ').map((key) => PDFName.of(key)));
const LAYER_KEYS = new Set('Type Name Intent Usage'.split(' ').map((key) => PDFName.of(key)));
const USAGE_KEYS = new Set('View Print Export Zoom Language'.split(' ').map((key) => PDFName.of(key)));

/**
 * Without the catalogue's list of layers a viewer shows hidden ones too. Before the pages, with the same copier: a layer is reduced here, and
 * pages then use its copy.
 */
export function copyLayers(source: PDFDocument, clean: PDFDocument, copier: PDFObjectCopier): void {
  const layers = source.catalog.lookup(LAYERS);
  if (!(layers instanceof PDFDict)) return;
  const groups = layers.lookup(PDFName.of('OCGs'));
  if (!(groups instanceof PDFArray)) return;
  for (const index of groups.asArray().keys()) reduceLayer(groups.lookup(index));
  const shown = layers.lookup(PDFName.of('D'));
  const kept = source.context.obj({});
  kept.set(PDFName.of('OCGs'), groups);
  kept.set(
    PDFName.of('D'),
    shown instanceof PDFDict ? keep(shown.clone(), DEFAULT_KEYS) : source.context.obj({}),
  );
  clean.catalog.set(LAYERS, copier.copy(kept));
}

function reduceLayer(layer: unknown): void {
  if (!(layer instanceof PDFDict)) return;
  keep(layer, LAYER_KEYS);
  const usage = layer.lookup(PDFName.of('Usage'));
  if (usage instanceof PDFDict) keep(usage, USAGE_KEYS);
}

function keep(dict: PDFDict, keys: ReadonlySet<PDFName>): PDFDict {
  for (const key of dict.keys()) if (!keys.has(key)) dict.delete(key);
  return dict;
}
