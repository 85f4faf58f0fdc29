import { z } from 'zod';
import { BATCH_ITEMS, batchResults } from './admin.ts';
import { documentViewSchema, reviewDocumentSchema } from './documents.ts';
import { documentIdSchema } from './ids.ts';

/** `POST /v1/document-reviews/batch`: applied one after the other, each at the version that was reviewed. */
export const reviewBatchSchema = z.strictObject({
  reviews: z
    .array(reviewDocumentSchema.extend({ documentId: documentIdSchema }))
    .min(1)
    .max(BATCH_ITEMS)
    .describe('one decision for each document'),
});
export const reviewBatchAnswerSchema = z.object({ results: batchResults(documentViewSchema) });
