import { createHash } from 'node:crypto';
import type { DocumentContentType, DocumentId, DocumentType, UserId } from '@rideline/contract';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { type DocumentQueue, enqueueDocument } from '@rideline/fleet/documents/document-queue';
import {
  applyToDocument,
  createDocumentStore,
  type DocumentStore,
} from '@rideline/fleet/documents/document-store';
import { createNotifier } from '@rideline/fleet/notifications/notification-queue';
import { s3Settings } from '@rideline/infra/local/servers/s3';
import { systemClock } from '@rideline/platform/process/clock';
import { type JobState, openQueueJobs } from '@rideline/platform/queues/queue-jobs';
import { openQueue } from '@rideline/platform/queues/queues';
import { type ObjectStore, openObjectStore } from '@rideline/platform/s3/object-store';
import sharp from 'sharp';
import { vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../cluster/workers-harness.ts';
import { openTestQueue } from '../notifications/test-queue.ts';
import { REGION, testLogger, testMetrics } from '../test-process.ts';
import { storedDocument } from './stored-document.ts';

export interface Submission {
  readonly userId?: string;
  readonly type?: DocumentType;
  readonly contentType?: DocumentContentType;
  /** The uploaded bytes, when they differ from the announced ones; null: nothing is uploaded. */
  readonly uploaded?: Uint8Array | null;
}

/** Redis, MongoDB and S3 without an API: submits documents as the API does, up to their queued job. */
export interface DocumentJobHarness extends WorkersHarness {
  readonly store: ObjectStore;
  readonly documentStore: DocumentStore;
  readonly queue: DocumentQueue;
  /** Announces, uploads and queues a document. */
  submitDocument(bytes: Uint8Array, options?: Submission): Promise<DocumentId>;
  find(documentId: DocumentId): Promise<StoredDocument>;
  job(documentId: DocumentId): Promise<JobState | null>;
  /** Waits until the document is in one of these states. */
  until(documentId: DocumentId, ...names: StoredDocument['state']['name'][]): Promise<StoredDocument>;
}

const SOON = { timeout: 120_000, interval: 20 };

export async function startDocumentJobHarness(): Promise<DocumentJobHarness> {
  const harness = await startWorkersHarness({ workers: 0, s3: true });
  const store = openObjectStore(s3Settings(harness.env.S3_ENDPOINT ?? '', harness.env));
  const notifications = openTestQueue(harness);
  const documentStore = createDocumentStore({
    db: harness.db,
    region: REGION,
    clock: systemClock,
    notify: createNotifier(notifications, REGION, 'document-processed'),
    onNotifyFailed(error) {
      throw error;
    },
  });
  const queueOptions = {
    url: harness.env.REDIS_STATE_URL ?? '',
    region: REGION,
    name: 'document-processing',
    owner: 'test',
    metrics: testMetrics,
    log: testLogger,
  } as const;
  const queue = openQueue(queueOptions);
  const jobs = openQueueJobs(queueOptions);

  async function find(documentId: DocumentId): Promise<StoredDocument> {
    const found = await documentStore.documents.find(documentId);
    if (found === null) throw new Error(`no document ${documentId}`);
    return found;
  }

  return {
    ...harness,
    store,
    documentStore,
    queue,
    find,
    job: (documentId) => jobs.find(documentId),
    async submitDocument(bytes, options = {}) {
      const document = announced(bytes, options);
      await documentStore.documents.insert(document);
      const uploaded = options.uploaded === undefined ? bytes : options.uploaded;
      if (uploaded !== null) await store.putOnce(document.key, uploaded, document.contentType);
      await applyToDocument(documentStore, document._id, () => ({
        type: 'upload',
        at: Date.now(),
        etag: 'test',
      }));
      await enqueueDocument(queue, document);
      return document._id;
    },
    async until(documentId, ...names) {
      await vi.waitFor(async () => {
        const { state } = await find(documentId);
        if (!names.includes(state.name)) throw new Error(`${documentId} is ${state.name}`);
      }, SOON);
      return find(documentId);
    },
    async stop() {
      await Promise.all([queue.close(), jobs.close()]);
      await notifications.close();
      store.close();
      await harness.stop();
    },
  };
}

function announced(bytes: Uint8Array, options: Submission): StoredDocument {
  const { userId = 'driver-1', type = 'driving_licence', contentType = 'image/jpeg' } = options;
  return storedDocument({
    userId: userId as UserId,
    type,
    contentType,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
}

/** A picture that is slow to process: noise compresses badly. */
export function noisyPicture(edge: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width: edge, height: edge, channels: 3, background: '#888', noise } })
    .jpeg()
    .toBuffer();
}
