import {
  COPIES_LISTED,
  CodedError,
  type DocumentCopies,
  documentCopiesAnswerSchema,
  documentCopiesRequestSchema,
  toIsoTime,
} from '@rideline/contract';
import { statusOf } from '@rideline/fleet/documents/document';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { copiesPrefix, copyOfKey } from '@rideline/fleet/documents/document-keys';
import { presentedOne } from '@rideline/fleet/store/presented';
import type { ListedObject } from '@rideline/platform/s3/object-store';
import { type BatchResult, resultOf } from '../http/batch-result.ts';
import { type Route, route } from '../http/route.ts';
import { type DocumentParts, objectsOf } from './document-parts.ts';

/** Places of the object store that one call takes. */
const LISTED_AT_ONCE = 5;

interface CopyPage {
  readonly objects: readonly ListedObject[];
  readonly next: string | null;
}

function copiesView({ _id, state, fence }: StoredDocument, { objects, next }: CopyPage): DocumentCopies {
  const named = state.name === 'processed' ? [state.clean.key, state.clean.thumbnailKey] : [];
  return {
    documentId: _id,
    status: statusOf(state),
    rejection: state.name === 'rejected' ? state.code : null,
    attempts: fence,
    copies: objects.map(({ key, size, modifiedAtMs }) => ({
      ...copyOfKey(key),
      size,
      storedAt: toIsoTime(modifiedAtMs),
      current: named.includes(key),
    })),
    complete: next === null,
  };
}

export function documentCopyRoutes(parts: DocumentParts): Route[] {
  const { mongo, s3, documentStore } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/documents/copies',
      operation: 'listDocumentCopies',
      summary:
        'Up to 20 documents by id, each with its status and the objects stored of its clean copy: one result per id, in the order requested.',
      access: ['operator', 'admin'],
      limit: 'standard',
      body: documentCopiesRequestSchema,
      answer: documentCopiesAnswerSchema,
      problems: ['BUSY', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body: { documentIds }, signal, onUnpresentable }) => {
        const { store } = objectsOf(parts);
        const found = await mongo.read(() => documentStore.documents.byIds(documentIds));
        const byId = new Map(found.map((document) => [document._id, document]));
        const results: BatchResult<DocumentCopies>[] = [];
        for (let from = 0; from < documentIds.length; from += LISTED_AT_ONCE) {
          signal.throwIfAborted();
          const some = documentIds.slice(from, from + LISTED_AT_ONCE).map(async (id) => {
            const document = byId.get(id);
            if (document === undefined)
              return resultOf(id, () => {
                throw new CodedError('NOT_FOUND');
              });
            // A failure of the object store ends the call: twenty timeouts would take minutes.
            const page = await s3.read(() => store.list(copiesPrefix(id), null, COPIES_LISTED));
            const view = (one: StoredDocument) => copiesView(one, page);
            return resultOf(id, () => presentedOne('document', document, view, onUnpresentable));
          });
          results.push(...(await Promise.all(some)));
        }
        return { results };
      },
    }),
  ];
}
