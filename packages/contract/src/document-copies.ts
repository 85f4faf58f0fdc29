import { z } from 'zod';
import { batchResults } from './admin.ts';
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
  documentIds: z.array(documentIdSchema).min(1).max(DOCUMENT_COPIES_ITEMS).describe('the documents'),
});

/** How a document stands, and the objects that are stored of its clean copy. */
export const documentCopiesSchema = z.object({
  documentId: documentIdSchema,
  status: documentStatusSchema.describe('status of the document'),
  rejection: documentRejectionSchema.nullable().describe('why it was rejected; null: it was not'),
  attempts: z.int().nonnegative().describe('how often its processing began'),
  copies: z
    .array(
      z.object({
        kind: z.enum(['file', 'thumbnail', 'unknown']).describe('what the object is, by its key'),
        attempt: z.int().nonnegative().nullable().describe('which attempt wrote it; null for `unknown`'),
        size: z.int().nonnegative().describe('bytes'),
        storedAt: isoTime.describe('when it was stored'),
        current: z
          .boolean()
          .describe(
            'whether the document names it; others were left by interrupted attempts, and are removed after two hours',
          ),
      }),
    )
    .describe('objects that are stored of its clean copy'),
  complete: z.boolean().describe(`false: there are more than ${COPIES_LISTED}`),
});
export type DocumentCopies = z.infer<typeof documentCopiesSchema>;

export const documentCopiesAnswerSchema = z.object({ results: batchResults(documentCopiesSchema) });
