import {
  documentListAnswerSchema,
  documentReviewListQuerySchema,
  documentViewSchema,
  reviewDocumentSchema,
} from '@rideline/contract';
import { reviewDocument } from '@rideline/fleet/documents/document-review';
import { documentView } from '@rideline/fleet/documents/document-view';
import { pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { type DocumentParts, READ_PROBLEMS, visibleDocument } from './document-parts.ts';
import { listAnswer } from './reading-routes.ts';
import { documentParams } from './upload-routes.ts';

const staff = ['operator', 'admin'] as const;

export function reviewRoutes(parts: DocumentParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/document-reviews',
      operation: 'listDocumentReviews',
      summary: 'Documents that wait for review, oldest first.',
      access: staff,
      limit: 'standard',
      query: documentReviewListQuerySchema,
      answer: documentListAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ query, onUnpresentable }) =>
        listAnswer(
          await parts.mongo.read(() => parts.documentStore.documents.reviews(query.type, pageOf(query))),
          query.fields,
          onUnpresentable,
        ),
    }),
    route({
      method: 'post',
      path: '/v1/documents/:documentId/review',
      operation: 'reviewDocument',
      summary:
        'Approves or rejects a document at the reviewed version; a later decision replaces it. The audit log has every decision.',
      access: staff,
      limit: 'standard',
      params: documentParams,
      body: reviewDocumentSchema,
      answer: documentViewSchema,
      problems: [...READ_PROBLEMS, 'CONFLICT', 'ILLEGAL_TRANSITION'],
      handle: async ({ params, body, caller }) => {
        const document = await visibleDocument(parts, params.documentId, caller);
        const { userId, role } = caller;
        return documentView(
          await parts.mongo.call(() => reviewDocument(parts, { userId, role }, document, body)),
        );
      },
    }),
  ];
}
