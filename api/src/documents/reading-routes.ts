import {
  type DocumentDetail,
  documentDetailSchema,
  documentListQuerySchema,
  documentListSchema,
  EXTENSION_OF,
  toIsoTime,
} from '@rideline/contract';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { documentView } from '@rideline/fleet/documents/document-view';
import type { PageCursor } from '@rideline/fleet/store/list-page';
import { type OnUnpresentable, presented } from '@rideline/fleet/store/presented';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { isStaff } from '../trips/trip-access.ts';
import { type DocumentParts, READ_PROBLEMS, visibleDocument } from './document-parts.ts';
import { documentParams } from './upload-routes.ts';

/** Long enough to view the document, too short to share the URL. */
const LINK_SECONDS = 300;

export function listAnswer(
  { documents, next }: { documents: StoredDocument[]; next: PageCursor | null },
  onUnpresentable: OnUnpresentable,
) {
  return { documents: presented(documents, documentView, onUnpresentable), next: nextOf(next) };
}

/** URLs of the cleaned copy only: the uploaded file is never shown. */
async function linksOf(parts: DocumentParts, document: StoredDocument): Promise<DocumentDetail['links']> {
  const { state, type } = document;
  if (state.name !== 'processed' || parts.objects === null) return null;
  const { store } = parts.objects;
  const { key, contentType, thumbnailKey } = state.clean;
  const link = (name: string, objectKey: string, mediaType: string) =>
    store.presignGet(objectKey, { seconds: LINK_SECONDS, fileName: name, contentType: mediaType });
  const [file, thumbnail] = await Promise.all([
    link(`${type}.${EXTENSION_OF[contentType]}`, key, contentType),
    thumbnailKey === null ? null : link(`${type}-thumbnail.jpg`, thumbnailKey, 'image/jpeg'),
  ]);
  return {
    file: file.url,
    thumbnail: thumbnail?.url ?? null,
    expiresAt: toIsoTime(Math.min(file.expiresAtMs, thumbnail?.expiresAtMs ?? file.expiresAtMs)),
  };
}

export function documentReadingRoutes(parts: DocumentParts): Route[] {
  const allRoles = ['driver', 'rider', 'operator', 'admin'] as const;
  return [
    route({
      method: 'get',
      path: '/v1/documents',
      summary: 'Documents, newest first, in pages. Drivers and riders see their own only.',
      access: allRoles,
      limit: 'standard',
      query: documentListQuerySchema,
      answer: documentListSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ query, caller, onUnpresentable }) => {
        const { limit, cursor, ...asked } = query;
        const filter = isStaff(caller) ? asked : { ...asked, userId: caller.userId };
        return listAnswer(
          await parts.mongo.read(() => parts.documentStore.documents.list(filter, pageOf({ limit, cursor }))),
          onUnpresentable,
        );
      },
    }),
    route({
      method: 'get',
      path: '/v1/documents/:documentId',
      summary:
        'One document, for its owner and operators. After its check it has URLs of the cleaned copy that are valid for five minutes.',
      access: allRoles,
      limit: 'standard',
      params: documentParams,
      answer: documentDetailSchema,
      problems: READ_PROBLEMS,
      handle: async ({ params, caller }) => {
        const document = await visibleDocument(parts, params.documentId, caller);
        // Signed locally: works while the object store is unavailable.
        return { ...documentView(document), links: await linksOf(parts, document) };
      },
    }),
  ];
}
