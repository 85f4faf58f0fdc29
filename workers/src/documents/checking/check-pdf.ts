import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument, PDFName, PDFObjectCopier, PDFPage } from 'pdf-lib';
import { type CheckRequest, type CleanFile, FILE_LIMITS, FileRejected } from './checked-file.ts';
import { hasActiveContent } from './pdf-active-content.ts';
import { flattenAnnotations } from './pdf-annotations.ts';
import { drawFields } from './pdf-fields.ts';
import { copyLayers } from './pdf-layers.ts';
import { stripPdfStreams } from './pdf-streams.ts';
import { readPdf } from './read-pdf.ts';

/** All that the copy of a page has: what is drawn on it, and its frame. Everything else may act, reveal, or lead elsewhere. */
const PAGE_KEYS = new Set(
  'Type Contents Resources MediaBox CropBox BleedBox TrimBox ArtBox Rotate Group UserUnit Annots'
    .split(' ')
    .map((key) => PDFName.of(key)),
);

/**
 * Reads a PDF and writes its pages into a new one, as a viewer shows them: form fields and annotations are drawn into the pages, layers stay
 * shown or hidden. Refused: passwords, active content, embedded files, too many pages. Not copied: whatever is not shown (author information,
 * actions, earlier revisions, bytes behind the end).
 * @throws FileRejected
 */
export async function checkPdf({ path, folder }: CheckRequest): Promise<CleanFile> {
  const source = await readPdf(await readFile(path));
  if (source.context.enumerateIndirectObjects().length > FILE_LIMITS.pdfObjects)
    throw new FileRejected('TOO_COMPLEX');
  if (hasActiveContent(source)) throw new FileRejected('PDF_ACTIVE_CONTENT');
  const pages = readable(() => source.getPageCount());
  if (pages === 0) throw new FileRejected('DAMAGED');
  if (pages > FILE_LIMITS.pdfPages) throw new FileRejected('PDF_TOO_MANY_PAGES');
  const cleanPath = join(folder, 'clean.pdf');
  await writeFile(cleanPath, await rewritten(source));
  return {
    outcome: 'clean',
    contentType: 'application/pdf',
    extension: 'pdf',
    cleanPath,
    thumbnailPath: null,
    metadata: { format: 'pdf', pages },
  };
}

async function rewritten(source: PDFDocument): Promise<Uint8Array> {
  try {
    drawFields(source);
    for (const page of source.getPages()) {
      flattenAnnotations(source, page);
      for (const key of page.node.keys()) if (!PAGE_KEYS.has(key)) page.node.delete(key);
    }
    const clean = await PDFDocument.create({ updateMetadata: false });
    await source.flush();
    // One copier for all, so that pages and layers meet in the same objects.
    const copier = PDFObjectCopier.for(source.context, clean.context);
    copyLayers(source, clean, copier);
    for (const { node } of source.getPages()) {
      const copy = copier.copy(node);
      clean.addPage(PDFPage.of(copy, clean.context.register(copy), clean));
    }
    stripPdfStreams(clean.context);
    return await clean.save({ updateFieldAppearances: false });
  } catch (error) {
    throw error instanceof FileRejected ? error : new FileRejected('DAMAGED', error);
  }
}

function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new FileRejected('DAMAGED', error);
  }
}
