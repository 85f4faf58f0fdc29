import { reviewBatchAnswerSchema, reviewBatchSchema } from '@rideline/contract';
import { reviewDocument } from '@rideline/fleet/documents/document-review';
import { documentView } from '@rideline/fleet/documents/document-view';
import { type BatchResult, resultOf } from '../http/batch-result.ts';
import { type Route, route } from '../http/route.ts';
import { type DocumentParts, visibleDocument } from './document-parts.ts';

export function reviewBatchRoutes(parts: DocumentParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/document-reviews/batch',
      operation: 'reviewDocuments',
      summary:
        'Up to 100 decisions, applied one after the other: one result per decision, in the given order.',
      access: ['operator', 'admin'],
      limit: 'standard',
      body: reviewBatchSchema,
      answer: reviewBatchAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body: { reviews }, caller, signal }) => {
        const by = { userId: caller.userId, role: caller.role };
        const results: BatchResult<ReturnType<typeof documentView>>[] = [];
        for (const { documentId, ...review } of reviews) {
          signal.throwIfAborted();
          results.push(
            await resultOf(documentId, async () => {
              const document = await visibleDocument(parts, documentId, caller);
              return documentView(await parts.mongo.call(() => reviewDocument(parts, by, document, review)));
            }),
          );
        }
        return { results };
      },
    }),
  ];
}
