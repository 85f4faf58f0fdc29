import { createDocumentStore, type DocumentStore } from '@rideline/fleet/documents/document-store';
import type { RoleParts } from '../role.ts';

/** The store of documents, which notifies their owners by the queue. */
export function documentStoreOf({ config, db, clock, notifyOfDocument, logger }: RoleParts): DocumentStore {
  return createDocumentStore({
    db,
    region: config.region,
    clock,
    notify: notifyOfDocument,
    onNotifyFailed: (error) =>
      logger.warn({ reason: error.message }, 'the owner of a document is notified later'),
  });
}
