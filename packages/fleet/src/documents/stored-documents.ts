import type { DocumentId, DocumentStatus, DocumentType, RegionId, UserId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { listPage, type PageAsked } from '../store/list-page.ts';
import type { DocumentCore } from './document.ts';
import { documentCollection, type StoredDocument } from './document-collection.ts';
import { dueAfter, forgottenAt } from './document-due.ts';

const MAJORITY = { writeConcern: { w: 'majority' } } as const;
const READ_MAJORITY = { readConcern: { level: 'majority' } } as const;

export interface DocumentFilter {
  readonly userId?: UserId | undefined;
  readonly type?: DocumentType | undefined;
  readonly status?: DocumentStatus | undefined;
}

/** The one conditional write of a transition. Fields that hang on the state go and come with it. */
function updateOf(before: StoredDocument, after: DocumentCore, nowMs: number): object {
  const { state, fence, revivals } = after;
  const approvedUntil =
    state.name === 'processed' && state.review.name === 'approved' ? state.review.validUntil : null;
  const until = approvedUntil === null ? null : new Date(approvedUntil);
  const expireAt = forgottenAt(after, nowMs);
  return {
    $set: {
      version: before.version + 1,
      state,
      fence,
      revivals,
      updatedAt: new Date(nowMs),
      nextCheckAt: dueAfter(after, nowMs),
      ...(expireAt === null ? {} : { expireAt }),
      // Looked at at once: from then on whoever minds validity moves it.
      ...(until === null ? {} : { validUntil: until, expiryCheckAt: new Date(nowMs) }),
    },
    ...(until === null ? { $unset: { validUntil: '', expiryCheckAt: '' } } : {}),
  };
}

function withState(before: StoredDocument, after: DocumentCore, nowMs: number): StoredDocument {
  const { $set } = updateOf(before, after, nowMs) as { $set: Partial<StoredDocument> };
  const { validUntil: _until, expiryCheckAt: _check, ...rest } = before;
  return { ...rest, ...$set };
}

/** Collection `documents` of one region. Every call may reject with an unknown outcome: whoever called reads again. */
export function openStoredDocuments(db: Database, region: RegionId) {
  const documents = db.collection(documentCollection);
  const one = async (filter: object) => await documents.findOne({ ...filter, region }, READ_MAJORITY);
  const many = (filter: object, order: 'newest' | 'oldest', page: PageAsked) =>
    listPage<StoredDocument>(documents, { filter: { region, ...filter }, time: 'createdAt', order, ...page });

  return {
    /** As a majority has it. */
    find: (documentId: DocumentId) => one({ _id: documentId }),
    /** By the key of its object in quarantine. */
    findByKey: (key: string) => one({ key }),

    async insert(document: StoredDocument): Promise<void> {
      await documents.insertOne(document, MAJORITY);
    },

    /** Writes one transition if the document is still at `before.version`. @returns null when another write was faster */
    async compareAndSet(
      before: StoredDocument,
      after: DocumentCore,
      nowMs: number,
    ): Promise<StoredDocument | null> {
      const { matchedCount } = await documents.updateOne(
        { _id: before._id, version: before.version },
        updateOf(before, after, nowMs),
        MAJORITY,
      );
      return matchedCount === 1 ? withState(before, after, nowMs) : null;
    },

    /** The owner knows of this version; nothing is due then of a document that has come to its end. */
    async markNotified({ _id, version }: StoredDocument, settled: boolean): Promise<void> {
      await documents.updateOne(
        { _id: _id, version },
        {
          $set: { told: version },
          ...(settled ? { $unset: { nextCheckAt: '' } } : {}),
        },
      );
    },

    /** Looked after again at `at`, unless something else happens to it first. */
    async postpone({ _id, version }: StoredDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id, version }, { $set: { nextCheckAt: at } });
    },

    /** The same for the end of its validity. */
    async postponeExpiry({ _id, version }: StoredDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id, version }, { $set: { expiryCheckAt: at } });
    },

    /** Those that somebody has to look at. */
    async due(nowMs: number, limit: number): Promise<StoredDocument[]> {
      const filter = { nextCheckAt: { $lte: new Date(nowMs) }, region };
      return await documents.find(filter).limit(limit).toArray();
    },

    /** Those whose validity has to be looked at. */
    async expiryDue(nowMs: number, limit: number): Promise<StoredDocument[]> {
      const filter = { expiryCheckAt: { $lte: new Date(nowMs) }, region };
      return await documents.find(filter).limit(limit).toArray();
    },

    /** Those whose object in quarantine has one of these keys. */
    async byKeys(keys: readonly string[]): Promise<StoredDocument[]> {
      const filter = { region, key: { $in: [...keys] } };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    async byIds(ids: readonly DocumentId[]): Promise<StoredDocument[]> {
      const filter = { region, _id: { $in: [...ids] } };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    /** Every document of a user, whatever its state. */
    async ofUser(userId: UserId, type?: DocumentType): Promise<StoredDocument[]> {
      const filter = { region, userId, ...(type === undefined ? {} : { type }) };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    /** Newest first. */
    list({ userId, type, status }: DocumentFilter, page: PageAsked) {
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { 'state.name': status }),
      };
      return many(filter, 'newest', page);
    },

    /** What waits for a person, oldest first. */
    reviews(type: DocumentType | undefined, page: PageAsked) {
      const filter = { 'state.name': 'processed', 'state.review.name': 'pending' };
      return many({ ...filter, ...(type === undefined ? {} : { type }) }, 'oldest', page);
    },
  };
}

export type StoredDocuments = ReturnType<typeof openStoredDocuments>;
