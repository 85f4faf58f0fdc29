import type { DocumentId, DocumentStatus, DocumentType, RegionId, UserId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { listPage, type PageRequest } from '../store/list-page.ts';
import type { DocumentCore } from './document.ts';
import { documentCollection, type StoredDocument } from './document-collection.ts';
import { deletionTime, dueAfter, STILL_DUE_RETRY_MS } from './document-due.ts';

const MAJORITY = { writeConcern: { w: 'majority' } } as const;
const READ_MAJORITY = { readConcern: { level: 'majority' } } as const;

export interface DocumentFilter {
  readonly userId?: UserId | undefined;
  readonly type?: DocumentType | undefined;
  readonly status?: DocumentStatus | undefined;
}

/** The conditional write of a transition. Fields that depend on the state are set and removed with it. */
function updateOf(before: StoredDocument, after: DocumentCore, nowMs: number): object {
  const { state, fence, revivals } = after;
  const approvedUntil =
    state.name === 'processed' && state.review.name === 'approved' ? state.review.validUntil : null;
  const until = approvedUntil === null ? null : new Date(approvedUntil);
  const expireAt = deletionTime(after, nowMs);
  return {
    $set: {
      version: before.version + 1,
      state,
      fence,
      revivals,
      updatedAt: new Date(nowMs),
      nextCheckAt: dueAfter(after, nowMs),
      ...(expireAt === null ? {} : { expireAt }),
      // Due immediately; the expiry watch then sets the next check.
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

/** Collection `documents` of one region. Every call may reject with an unknown outcome: the caller then reads again. */
export function openStoredDocuments(db: Database, region: RegionId) {
  const documents = db.collection(documentCollection);
  const one = async (filter: object) => await documents.findOne({ ...filter, region }, READ_MAJORITY);
  const many = (filter: object, order: 'newest' | 'oldest', page: PageRequest) =>
    listPage<StoredDocument>(db.model(documentCollection), {
      filter: { region, ...filter },
      time: 'createdAt',
      order,
      ...page,
    });

  return {
    /** Reads with majority read concern. */
    find: (documentId: DocumentId) => one({ _id: documentId }),
    /** Finds a document by the key of its object in quarantine. */
    findByKey: (key: string) => one({ key }),

    /** Files of a user that were too much work to check, of documents since then; at most `limit` are counted. */
    async countTooComplex(userId: UserId, since: Date, limit: number): Promise<number> {
      const filter = { region, userId, createdAt: { $gte: since }, 'state.code': 'TOO_COMPLEX' };
      return await documents.countDocuments(filter, { limit });
    },

    async insert(document: StoredDocument): Promise<void> {
      await documents.insertOne(document, MAJORITY);
    },

    /** Writes one transition if the document is still at `before.version`. @returns null when another write came first */
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

    /** Stores that the owner was notified of this version; nothing else is due for a settled document. */
    async markNotified({ _id, version }: StoredDocument, settled: boolean): Promise<void> {
      await documents.updateOne(
        { _id: _id, version },
        {
          $set: { told: version },
          ...(settled ? { $unset: { nextCheckAt: '' } } : {}),
        },
      );
    },

    /** Sets the next check to `at`, unless the document has changed. */
    async postpone({ _id, version }: StoredDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id, version }, { $set: { nextCheckAt: at } });
    },

    /** Sets the next check of its validity to `at`, unless the document has changed. */
    async postponeExpiry({ _id, version }: StoredDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id, version }, { $set: { expiryCheckAt: at } });
    },

    /** Documents that are due for a check, the longest due first. */
    async due(nowMs: number, limit: number): Promise<StoredDocument[]> {
      const filter = { nextCheckAt: { $lte: new Date(nowMs) }, region };
      return await documents.find(filter, { sort: { nextCheckAt: 1 }, limit }).toArray();
    },

    /** Documents whose validity is due for a check, the longest due first. */
    async expiryDue(nowMs: number, limit: number): Promise<StoredDocument[]> {
      const filter = { expiryCheckAt: { $lte: new Date(nowMs) }, region };
      return await documents.find(filter, { sort: { expiryCheckAt: 1 }, limit }).toArray();
    },

    /**
     * Postpones a check that was done at `nowMs` and left the document due: some hundreds of such documents would otherwise fill every sweep. A
     * document that has moved on keeps its due time.
     */
    async postponeIfDue(
      documentId: DocumentId,
      check: 'nextCheckAt' | 'expiryCheckAt',
      nowMs: number,
    ): Promise<void> {
      await documents.updateOne(
        { _id: documentId, [check]: { $lte: new Date(nowMs) } },
        { $set: { [check]: new Date(nowMs + STILL_DUE_RETRY_MS) } },
      );
    },

    /** Documents whose object in quarantine has one of these keys. */
    async byKeys(keys: readonly string[]): Promise<StoredDocument[]> {
      const filter = { region, key: { $in: [...keys] } };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    async byIds(ids: readonly DocumentId[]): Promise<StoredDocument[]> {
      const filter = { region, _id: { $in: [...ids] } };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    /** All documents of a user, in any state. */
    async ofUser(userId: UserId, type?: DocumentType): Promise<StoredDocument[]> {
      const filter = { region, userId, ...(type === undefined ? {} : { type }) };
      return await documents.find(filter, READ_MAJORITY).toArray();
    },

    /** Newest first. */
    list({ userId, type, status }: DocumentFilter, page: PageRequest) {
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { 'state.name': status }),
      };
      return many(filter, 'newest', page);
    },

    /** Documents that wait for review, oldest first. */
    reviews(type: DocumentType | undefined, page: PageRequest) {
      const filter = { 'state.name': 'processed', 'state.review.name': 'pending' };
      return many({ ...filter, ...(type === undefined ? {} : { type }) }, 'oldest', page);
    },
  };
}

export type StoredDocuments = ReturnType<typeof openStoredDocuments>;
