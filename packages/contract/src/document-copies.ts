import { z } from 'zod';
import { batchResult } from './admin.ts';
import { documentRejectionSchema } from './document-rejections.ts';
import { documentStatusSchema } from './documents.ts';
import { documentIdSchema } from './ids.ts';
import { isoTime } from './times.ts';

/** Most documents of one call: each is a listing in the bucket. */
export const DOCUMENT_COPIES_ITEMS = 20;
/** Most copies listed of one document. */
export const COPIES_LISTED = 50;

/** `POST /v1/documents/copies` */
export const documentCopiesRequestSchema = z.strictObject({
  documentIds: z.array(documentIdSchema).min(1).max(DOCUMENT_COPIES_ITEMS),
});

/** How a document stands, and the objects that are stored of its clean copy. */
export const documentCopiesSchema = z.object({
  documentId: documentIdSchema,
  status: documentStatusSchema,
  rejection: documentRejectionSchema.nullable(),
  attempts: z.int().nonnegative().describe('how often its processing began'),
  copies: z.array(
    z.object({
      kind: z.enum(['file', 'thumbnail', 'unknown']),
      attempt: z.int().nonnegative().nullable().describe('which attempt wrote it; null for `unknown`'),
      size: z.int().nonnegative(),
      storedAt: isoTime,
      /** Whether the document names it. Others are left by attempts that were interrupted; a sweeper removes them after two hours. */
      current: z.boolean(),
    }),
  ),
  complete: z.boolean().describe(`false: there are more than ${COPIES_LISTED}`),
});
export type DocumentCopies = z.infer<typeof documentCopiesSchema>;

export const documentCopiesAnswerSchema = z.object({ results: z.array(batchResult(documentCopiesSchema)) });
