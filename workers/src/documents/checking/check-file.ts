import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { checkImage } from './check-image.ts';
import { checkPdf } from './check-pdf.ts';
import { type CheckedFile, type CheckRequest, type DocumentFormat, FileRejected } from './checked-file.ts';

const FORMATS: ReadonlyMap<string, DocumentFormat> = new Map([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['application/pdf', 'pdf'],
]);

const PDF_HEADER_WITHIN = 1024;

/**
 * Checks one file and writes its clean copy. Its first bytes decide the format (a PDF's header within the first 1,024), never its name or the announced type.
 * Runs in a child process (checker-child.ts), since its input is untrusted.
 * @throws Error when reading or writing fails; faults of the file itself are returned
 */
export async function checkFile(request: CheckRequest): Promise<CheckedFile> {
  try {
    const format = await formatOf(request);
    return format === 'pdf' ? await checkPdf(request) : await checkImage(request, format);
  } catch (error) {
    if (error instanceof FileRejected) return { outcome: 'rejected', code: error.code };
    throw error;
  }
}

async function formatOf({ path, accepts }: CheckRequest): Promise<DocumentFormat> {
  const found = await fileTypeFromFile(path);
  if (found === undefined || found.mime.endsWith('/xml') || found.mime.startsWith('text/'))
    return await pdfBehindText(path, accepts);
  const format = FORMATS.get(found.mime);
  if (format === undefined)
    throw new FileRejected(found.mime.startsWith('image/') ? 'FORMAT_NOT_ACCEPTED' : 'UNKNOWN_FORMAT');
  if (!accepts.includes(format)) throw new FileRejected('FORMAT_NOT_ACCEPTED');
  return format;
}

/** A PDF behind the line ends or headers that mail gateways and web servers leave before it: readers look for its header in the first 1,024 bytes. */
async function pdfBehindText(path: string, accepts: readonly DocumentFormat[]): Promise<DocumentFormat> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PDF_HEADER_WITHIN), 0, PDF_HEADER_WITHIN, 0);
    if (!buffer.subarray(0, bytesRead).includes('%PDF-')) throw new FileRejected('UNKNOWN_FORMAT');
  } finally {
    await file.close();
  }
  if (!accepts.includes('pdf')) throw new FileRejected('FORMAT_NOT_ACCEPTED');
  return 'pdf';
}
