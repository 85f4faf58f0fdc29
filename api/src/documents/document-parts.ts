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

/** Parts that need an object store; null where none is configured. */
export interface ObjectParts {
  readonly store: ObjectStore;
  readonly sign: PostSigner;
  readonly arrivals: Arrivals;
}

/** Dependencies of the document routes. */
export interface DocumentParts extends Dependencies {
  readonly documentStore: DocumentStore;
  readonly db: Database;
  readonly region: RegionId;
  readonly objects: ObjectParts | null;
  /** Estimated wait of a waiting job. @throws Error when Redis does not answer */
  readonly wait: (jobId: string) => Promise<DocumentWait>;
  readonly jobs: readonly QueueJobs[];
  /** Document types that this region accepts. */
  readonly types: readonly DocumentType[];
  /** Shared secret of bucket events; undefined: their route does not exist. */
  readonly eventSecret: string | undefined;
  /** The queue is too deep (SCALE_001). */
  readonly onDeepQueue: (waiting: number) => void;
}

export const READ_PROBLEMS = ['NOT_FOUND', 'UNPRESENTABLE', 'UNAVAILABLE', 'TIMEOUT'] as const;

/** @throws CodedError UNAVAILABLE */
export function objectsOf({ objects }: DocumentParts): ObjectParts {
  if (objects === null) throw new CodedError('UNAVAILABLE', 'No object store is configured here.');
  return objects;
}

/** Users see their own documents only, and do not learn that others exist. */
function maySee(caller: Principal, { userId, role }: StoredDocument): boolean {
  return isStaff(caller) || (String(caller.userId) === userId && caller.role === role);
}

/** The document, if the caller may know that it exists. @throws CodedError NOT_FOUND */
export async function visibleDocument(
  { mongo, documentStore }: DocumentParts,
  documentId: DocumentId,
  caller: Principal,
): Promise<StoredDocument> {
  const document = await mongo.read(() => documentStore.documents.find(documentId));
  if (document === null || !maySee(caller, document)) throw new CodedError('NOT_FOUND');
  return document;
}

/**
 * Checks a file reported as uploaded: first in the object store, then in MongoDB.
 * @throws CodedError as `checkArrival`, TIMEOUT
 */
export async function arrivalOf(
  parts: DocumentParts,
  document: StoredDocument,
): Promise<AppliedToDocument | 'absent'> {
  const { mongo, s3 } = parts;
  const { store, arrivals } = objectsOf(parts);
  if (!isAwaited(document)) return { document, changed: false };
  const head = await s3.read(() => store.head(document.key));
  return head === null ? 'absent' : mongo.call(() => storeArrival(arrivals, document, head));
}
