import type { DocumentId, DocumentStatus, DocumentType, RegionId, UserId } from '@rideline/contract';
import type { Models } from '../models.ts';
import type { DocumentCore, FiledDocument } from './document.ts';
import { dueAfter, forgottenAt } from './document-due.ts';

const MAJORITY = { writeConcern: { w: 'majority' } } as const;
const READ_MAJORITY = { readConcern: { level: 'majority' } } as const;
const READ_MS = 5000;

/** Where a page ends; ids break ties. */
export interface DocumentCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

export interface DocumentPage {
  readonly limit: number;
  readonly after: DocumentCursor | null;
}

export interface DocumentFilter {
  readonly userId?: UserId | undefined;
  readonly type?: DocumentType | undefined;
  readonly status?: DocumentStatus | undefined;
}

/** The one conditional write of a transition. Fields that hang on the state go and come with it. */
function updateOf(before: FiledDocument, after: DocumentCore, nowMs: number): object {
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

function withState(before: FiledDocument, after: DocumentCore, nowMs: number): FiledDocument {
  const { $set } = updateOf(before, after, nowMs) as { $set: Partial<FiledDocument> };
  const { validUntil: _until, expiryCheckAt: _check, ...rest } = before;
  return { ...rest, ...$set };
}

/** Collection `documents` of one region. Every call may reject with an unknown outcome: whoever called reads again. */
export function openDocumentRecord(models: Pick<Models, 'documents'>, region: RegionId) {
  const documents = models.documents.collection;
  const one = async (filter: object) =>
    (await documents.findOne({ ...filter, region }, READ_MAJORITY)) as unknown as FiledDocument | null;
  const many = async (filter: object, direction: 1 | -1, { limit, after }: DocumentPage) => {
    const found = (await documents
      .find(
        { region, ...filter, ...(after === null ? {} : beyond(after, direction)) },
        { readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
      )
      .sort({ createdAt: direction, _id: direction })
      .limit(limit + 1)
      .toArray()) as unknown as FiledDocument[];
    return pageOf(found, limit);
  };

  return {
    /** As a majority has it. */
    find: (documentId: DocumentId) => one({ _id: documentId }),
    /** By the key of its object in quarantine. */
    findByKey: (key: string) => one({ key }),

    async insert(document: FiledDocument): Promise<void> {
      await documents.insertOne(document as never, MAJORITY);
    },

    /** Writes one transition if the document is still at `before.version`. @returns null when another write was faster */
    async compareAndSet(
      before: FiledDocument,
      after: DocumentCore,
      nowMs: number,
    ): Promise<FiledDocument | null> {
      const { matchedCount } = await documents.updateOne(
        { _id: before._id as never, version: before.version },
        updateOf(before, after, nowMs) as never,
        MAJORITY,
      );
      return matchedCount === 1 ? withState(before, after, nowMs) : null;
    },

    /** The owner knows of this version; nothing is due then of a document that has come to its end. */
    async markTold({ _id, version }: FiledDocument, settled: boolean): Promise<void> {
      await documents.updateOne({ _id: _id as never, version }, {
        $set: { told: version },
        ...(settled ? { $unset: { nextCheckAt: '' } } : {}),
      } as never);
    },

    /** Looked after again at `at`, unless something else happens to it first. */
    async postpone({ _id, version }: FiledDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id as never, version }, { $set: { nextCheckAt: at } });
    },

    /** The same for the end of its validity. */
    async postponeExpiry({ _id, version }: FiledDocument, at: Date): Promise<void> {
      await documents.updateOne({ _id: _id as never, version }, { $set: { expiryCheckAt: at } });
    },

    /** Those that somebody has to look at. */
    async due(nowMs: number, limit: number): Promise<FiledDocument[]> {
      const filter = { nextCheckAt: { $lte: new Date(nowMs) }, region };
      return (await documents.find(filter).limit(limit).toArray()) as unknown as FiledDocument[];
    },

    /** Those whose validity has to be looked at. */
    async expiryDue(nowMs: number, limit: number): Promise<FiledDocument[]> {
      const filter = { expiryCheckAt: { $lte: new Date(nowMs) }, region };
      return (await documents.find(filter).limit(limit).toArray()) as unknown as FiledDocument[];
    },

    /** Those whose object in quarantine has one of these keys. */
    async byKeys(keys: readonly string[]): Promise<FiledDocument[]> {
      const filter = { region, key: { $in: [...keys] } };
      return (await documents.find(filter, READ_MAJORITY).toArray()) as unknown as FiledDocument[];
    },

    async byIds(ids: readonly DocumentId[]): Promise<FiledDocument[]> {
      const filter = { region, _id: { $in: [...ids] as never[] } };
      return (await documents.find(filter, READ_MAJORITY).toArray()) as unknown as FiledDocument[];
    },

    /** Every document of a user, whatever its state. */
    async ofUser(userId: UserId, type?: DocumentType): Promise<FiledDocument[]> {
      const filter = { region, userId, ...(type === undefined ? {} : { type }) };
      return (await documents.find(filter, READ_MAJORITY).toArray()) as unknown as FiledDocument[];
    },

    /** Newest first. */
    list({ userId, type, status }: DocumentFilter, page: DocumentPage) {
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { 'state.name': status }),
      };
      return many(filter, -1, page);
    },

    /** What waits for a person, oldest first. */
    reviews(type: DocumentType | undefined, page: DocumentPage) {
      const filter = { 'state.name': 'processed', 'state.review.name': 'pending' };
      return many({ ...filter, ...(type === undefined ? {} : { type }) }, 1, page);
    },
  };
}

export type DocumentRecord = ReturnType<typeof openDocumentRecord>;

function beyond({ createdAtMs, id }: DocumentCursor, direction: 1 | -1): object {
  const at = new Date(createdAtMs);
  const past = direction === 1 ? '$gt' : '$lt';
  return { $or: [{ createdAt: { [past]: at } }, { createdAt: at, _id: { [past]: id } }] };
}

function pageOf(found: FiledDocument[], limit: number) {
  const documents = found.slice(0, limit);
  const last = documents.at(-1);
  const next: DocumentCursor | null =
    found.length > limit && last ? { createdAtMs: last.createdAt.getTime(), id: last._id } : null;
  return { documents, next };
}
