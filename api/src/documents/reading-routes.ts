import {
  type DocumentDetail,
  documentDetailSchema,
  documentListAnswerSchema,
  documentListQuerySchema,
  EXTENSION_OF,
  pickFields,
  toIsoTime,
} from '@rideline/contract';
import type { CleanCopy } from '@rideline/fleet/documents/document';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { documentView } from '@rideline/fleet/documents/document-view';
import { readZone } from '@rideline/fleet/settings/region-settings';
import type { PageCursor } from '@rideline/fleet/store/list-page';
import { type OnUnpresentable, presented, presentedOne } from '@rideline/fleet/store/presented';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { isStaff } from '../trips/trip-access.ts';
import { type DocumentParts, READ_PROBLEMS, visibleDocument } from './document-parts.ts';
import { documentParams } from './upload-routes.ts';

/** Long enough to view the document, too short to share the URL. */
const LINK_SECONDS = 300;

export function listAnswer(
  { documents, next }: { documents: StoredDocument[]; next: PageCursor | null },
  fields: string | undefined,
  onUnpresentable: OnUnpresentable,
) {
  const views = presented(documents, (one) => pickFields(documentView(one), fields), onUnpresentable);
  return { documents: views, next: nextOf(next) };
}

/** The cleaned copy; null while there is none. */
function copyOf({ state }: StoredDocument): CleanCopy | null {
  return state.name === 'processed' ? { ...state.clean } : null;
}

/** URLs of the cleaned copy only: the uploaded file is never shown. */
async function linksOf(
  { objects }: DocumentParts,
  type: string,
  { key, contentType, thumbnailKey }: CleanCopy,
): Promise<DocumentDetail['links']> {
  if (objects === null) return null;
  const { store } = objects;
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
      operation: 'listDocuments',
      summary: 'Documents, newest first, in pages. Drivers and riders see their own only.',
      access: allRoles,
      limit: 'standard',
      query: documentListQuerySchema,
      answer: documentListAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ query, caller, onUnpresentable }) => {
        const { limit, cursor, fields, ...asked } = query;
        const filter = isStaff(caller) ? asked : { ...asked, userId: caller.userId };
        return listAnswer(
          await parts.mongo.read(() => parts.documentStore.documents.list(filter, pageOf({ limit, cursor }))),
          fields,
          onUnpresentable,
        );
      },
    }),
    route({
      method: 'get',
      path: '/v1/documents/:documentId',
      operation: 'getDocument',
      summary:
        'One document, for its owner and operators. After its check it has URLs of the cleaned copy that are valid for five minutes.',
      access: allRoles,
      limit: 'standard',
      params: documentParams,
      answer: documentDetailSchema,
      problems: READ_PROBLEMS,
      handle: async ({ params, caller, onUnpresentable }) => {
        const document = await visibleDocument(parts, params.documentId, caller);
        const shown = (one: StoredDocument) => ({ view: documentView(one), copy: copyOf(one) });
        const { view, copy } = presentedOne('document', document, shown, onUnpresentable);
        // Signed locally: works while the object store is unavailable.
        const links = copy === null ? null : await linksOf(parts, document.type, copy);
        const dayZone = await parts.mongo.read(() => readZone(parts.db, parts.region));
        return { ...view, links, dayZone };
      },
    }),
  ];
}
