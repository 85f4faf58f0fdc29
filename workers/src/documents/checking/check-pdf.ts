import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument, PDFName } from 'pdf-lib';
import { type CheckRequest, type CleanFile, FILE_LIMITS, FileRejected } from './checked-file.ts';
import { hasActiveContent } from './pdf-active-content.ts';
import { stripPdfImages } from './pdf-images.ts';

/** Key in the trailer, which itself is never encrypted. */
const ENCRYPTED = '/Encrypt';
/** Keys that may reveal the author, software or location of a page. */
const PAGE_METADATA = ['Metadata', 'PieceInfo', 'LastModified', 'Thumb'].map((name) => PDFName.of(name));

/**
 * Reads a PDF and writes its pages into a new one. Refused: encryption, active content, embedded files, too many pages. Not copied: whatever
 * belongs to no page (author information, earlier revisions, bytes behind the end).
 * @throws FileRejected
 */
export async function checkPdf({ path, folder }: CheckRequest): Promise<CleanFile> {
  const source = await load(await readFile(path));
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

async function load(bytes: Buffer): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(bytes, { throwOnInvalidObject: true, updateMetadata: false });
  } catch (error) {
    throw new FileRejected(bytes.includes(ENCRYPTED) ? 'PDF_ENCRYPTED' : 'DAMAGED', error);
  }
}

async function rewritten(source: PDFDocument): Promise<Uint8Array> {
  try {
    const clean = await PDFDocument.create({ updateMetadata: false });
    for (const page of await clean.copyPages(source, source.getPageIndices())) {
      for (const name of PAGE_METADATA) page.node.delete(name);
      clean.addPage(page);
    }
    stripPdfImages(clean.context);
    return await clean.save({ updateFieldAppearances: false });
  } catch (error) {
    throw new FileRejected('DAMAGED', error);
  }
}

function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new FileRejected('DAMAGED', error);
  }
}
