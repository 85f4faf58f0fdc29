import { z } from 'zod';

/**
 * Why an uploaded document was not accepted: the closed list. Texts are for the person who sent it, so each
 * says what to do.
 */
export const DOCUMENT_REJECTIONS = {
  UNKNOWN_FORMAT: 'This is not a picture or PDF that we can read. Please send a JPEG, PNG, WebP or PDF file.',
  FORMAT_NOT_ACCEPTED: 'We cannot take this kind of file here. Please send a JPEG, PNG, WebP or PDF file.',
  DAMAGED: 'The file is damaged or incomplete. Please send it again, or take a new picture.',
  TOO_MANY_PIXELS: 'The picture is larger than we can take. Please send a smaller one.',
  TOO_SMALL: 'The picture is too small to read. Please take a new one from closer.',
  TOO_COMPLEX:
    'The file takes too much time or memory to open. Please take a plain picture of the document instead.',
  PDF_ENCRYPTED: 'The PDF is protected by a password. Please send it without one.',
  PDF_ACTIVE_CONTENT:
    'The PDF has scripts, attachments or actions in it. Please print it to a new PDF, or take a picture.',
  PDF_TOO_MANY_PAGES: 'The PDF has too many pages. Please send only the pages of this document.',
  BYTES_DIFFER: 'What arrived is not the file that was announced. Please send it again.',
  FILE_MISSING: 'The file did not arrive. Please send it again.',
  INFECTED: 'The file was refused by our virus scanner.',
  NOT_ACCEPTED: 'Somebody looked at the document and could not accept it.',
  PROCESSING_FAILED: 'Something went wrong on our side. Please send the document again.',
} as const satisfies Record<string, string>;

export type DocumentRejection = keyof typeof DOCUMENT_REJECTIONS;
export const documentRejectionSchema = z.enum(
  Object.keys(DOCUMENT_REJECTIONS) as [DocumentRejection, ...DocumentRejection[]],
);
