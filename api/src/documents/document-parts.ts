import { CodedError, type DocumentId, type DocumentType, type RegionId } from '@rideline/contract';
import { type Arrivals, isAwaited, storeArrival } from '@rideline/fleet/documents/document-arrival';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import type { AppliedToDocument, DocumentStore } from '@rideline/fleet/documents/document-store';
import type { DocumentWait } from '@rideline/fleet/documents/drain-meter';
import type { Database } from '@rideline/fleet/store/database';
import type { QueueJobs } from '@rideline/platform/queues/queue-jobs';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import type { PostSigner } from '@rideline/platform/s3/s3-post';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { Dependencies } from '../process/dependency.ts';
import { isStaff } from '../trips/trip-access.ts';

/** What needs an object store; null where none is configured. */
export interface ObjectParts {
  readonly store: ObjectStore;
  readonly sign: PostSigner;
  readonly arrivals: Arrivals;
}

/** What the routes of documents work with. */
export interface DocumentParts extends Dependencies {
  readonly documentStore: DocumentStore;
  readonly db: Database;
  readonly region: RegionId;
  readonly objects: ObjectParts | null;
  /** How long a job that waits will wait. @throws Error when Redis does not answer */
  readonly wait: (jobId: string) => Promise<DocumentWait>;
  readonly jobs: readonly QueueJobs[];
  /** Taken in this region. */
  readonly types: readonly DocumentType[];
  /** Of the bucket's own events; undefined: there are none. */
  readonly eventSecret: string | undefined;
  /** The queue is deeper than is good. */
  readonly onDeepQueue: (waiting: number) => void;
}

export const READ_PROBLEMS = ['NOT_FOUND', 'UNAVAILABLE', 'TIMEOUT'] as const;

/** @throws CodedError UNAVAILABLE */
export function objectsOf({ objects }: DocumentParts): ObjectParts {
  if (objects === null) throw new CodedError('UNAVAILABLE', 'No object store is configured here.');
  return objects;
}

/** Everybody sees his own documents only; that another one exists he doesn't learn. */
function maySee(caller: Principal, { userId, role }: StoredDocument): boolean {
  return isStaff(caller) || (String(caller.userId) === userId && caller.role === role);
}

/** The document, if the caller may know that it exists. @throws CodedError NOT_FOUND */
export async function visibleDocument(
  { mongo, documentStore }: DocumentParts,
  documentId: DocumentId,
  caller: Principal,
): Promise<StoredDocument> {
  const document = await mongo.call(() => documentStore.documents.find(documentId));
  if (document === null || !maySee(caller, document)) throw new CodedError('NOT_FOUND');
  return document;
}

/**
 * A file is said to be there: the object store is asked, then MongoDB.
 * @throws CodedError as `checkArrival`, TIMEOUT
 */
export async function arrivalOf(
  parts: DocumentParts,
  document: StoredDocument,
): Promise<AppliedToDocument | 'absent'> {
  const { mongo, s3 } = parts;
  const { store, arrivals } = objectsOf(parts);
  if (!isAwaited(document)) return { document, changed: false };
  const head = await s3.call(() => store.head(document.key));
  return head === null ? 'absent' : mongo.call(() => storeArrival(arrivals, document, head));
}
