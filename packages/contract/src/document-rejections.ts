import { z } from 'zod';

/** The closed list of reasons for which an uploaded document is rejected. The texts are for its owner: each says what to do. */
export const DOCUMENT_REJECTIONS = {
  UNKNOWN_FORMAT: 'The file is not a readable picture or PDF. Please send a JPEG, PNG, WebP or PDF file.',
  FORMAT_NOT_ACCEPTED: 'This kind of file is not accepted here. Please send a JPEG, PNG, WebP or PDF file.',
  DAMAGED: 'The file is damaged or incomplete. Please send it again, or take a new picture.',
  TOO_MANY_PIXELS: 'The picture has too many pixels. Please send a smaller one.',
  TOO_SMALL: 'The picture is too small to read. Please take a new one from closer.',
  TOO_COMPLEX:
    'The file takes too much time or memory to open. Please send a plain picture of the document instead.',
  PDF_ENCRYPTED: 'The PDF does not open without a password. Please send it without a password.',
  PDF_ACTIVE_CONTENT:
    'The PDF contains scripts, attachments or actions. Please print it to a new PDF, or take a picture.',
  PDF_FORM_UNREADABLE:
    'The PDF is a form whose entries cannot be shown. Please print it to a new PDF, or take a picture.',
  PDF_TOO_MANY_PAGES: 'The PDF has too many pages. Please send only the pages of this document.',
  BYTES_DIFFER: 'The received file differs from the announced one. Please send it again.',
  FILE_MISSING: 'The file did not arrive. Please send it again.',
  INFECTED: 'The file was refused by our virus scanner.',
  NOT_ACCEPTED: 'The document was reviewed and could not be accepted.',
  PROCESSING_FAILED: 'Something went wrong on our side. Please send the document again.',
} as const satisfies Record<string, string>;

export type DocumentRejection = keyof typeof DOCUMENT_REJECTIONS;
export const documentRejectionSchema = z.enum(
  Object.keys(DOCUMENT_REJECTIONS) as [DocumentRejection, ...DocumentRejection[]],
);
