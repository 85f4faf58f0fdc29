import {
  type DocumentId,
  documentIdSchema,
  documentTypeSchema,
  regionIdSchema,
  userIdSchema,
} from '@rideline/contract';
import type { QueueProducer } from '@rideline/platform/queues/queues';
import { z } from 'zod';
import type { StoredDocument } from './document-collection.ts';

/** Version of the data of a job; readers accept this one and the one before. */
export const DOCUMENT_JOB_VERSION = 1;

/** A job of queue `document-processing`. Its id is the document's; the document in MongoDB is authoritative. */
export const documentJobSchema = z.object({
  v: z.literal(DOCUMENT_JOB_VERSION),
  documentId: documentIdSchema,
  region: regionIdSchema,
  userId: userIdSchema,
  documentType: documentTypeSchema,
  /** Key of the object in quarantine. */
  s3Key: z.string(),
});
export type DocumentJob = z.infer<typeof documentJobSchema>;

export type DocumentQueue = QueueProducer<'document-processing'>;

export function jobIdOf(document: Pick<StoredDocument, '_id'>): DocumentId {
  return document._id;
}

/**
 * Queues the job of a document; repeated calls queue it once.
 * @throws CodedError UNAVAILABLE: the sweeper queues it later
 */
export async function enqueueDocument(queue: DocumentQueue, document: StoredDocument): Promise<void> {
  const { _id, region, userId, type, key } = document;
  const job: DocumentJob = {
    v: DOCUMENT_JOB_VERSION,
    documentId: _id,
    region,
    userId,
    documentType: type,
    s3Key: key,
  };
  await queue.add('process-document', job, { jobId: jobIdOf(document) });
}
