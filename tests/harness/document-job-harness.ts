import { createHash } from 'node:crypto';
import type { DocumentContentType, DocumentId, DocumentType, UserId } from '@rideline/contract';
import type { FiledDocument } from '@rideline/fleet/documents/document';
import { type DocumentQueue, enqueueDocument } from '@rideline/fleet/documents/document-queue';
import {
  applyToDocument,
  createDocumentDesk,
  type DocumentDesk,
} from '@rideline/fleet/documents/document-store';
import { createNotifier } from '@rideline/fleet/notifications/notification-queue';
import { s3Settings } from '@rideline/infra/local/servers/s3';
import { systemClock } from '@rideline/platform/process/clock';
import { type JobStanding, openQueueJobs } from '@rideline/platform/queues/queue-jobs';
import { openQueue } from '@rideline/platform/queues/queues';
import { type ObjectStore, openObjectStore } from '@rideline/platform/s3/object-store';
import sharp from 'sharp';
import { vi } from 'vitest';
import { filedDocument } from './filed-document.ts';
import { openTestQueue, testMetrics } from './notifications.ts';
import { REGION, startWorkersBed, testLogger, type WorkersBed } from './workers.ts';

export interface HandedIn {
  readonly userId?: string;
  readonly type?: DocumentType;
  readonly contentType?: DocumentContentType;
  /** What arrives, when it is not what was announced; null: nothing. */
  readonly arrives?: Uint8Array | null;
}

/** Redis, Mongo and S3, and what the API does of documents, without an API: hands documents in, right up to their job. */
export interface DocumentJobBed extends WorkersBed {
  readonly store: ObjectStore;
  readonly desk: DocumentDesk;
  readonly queue: DocumentQueue;
  /** Announced, uploaded and queued. */
  handIn(bytes: Uint8Array, options?: HandedIn): Promise<DocumentId>;
  find(documentId: DocumentId): Promise<FiledDocument>;
  job(documentId: DocumentId): Promise<JobStanding | null>;
  /** Waits until it is in one of these states. */
  until(documentId: DocumentId, ...names: FiledDocument['state']['name'][]): Promise<FiledDocument>;
}

const SOON = { timeout: 40_000, interval: 20 };

export async function startDocumentJobBed(): Promise<DocumentJobBed> {
  const bed = await startWorkersBed({ workers: 0, s3: true });
  const store = openObjectStore(s3Settings(bed.env.S3_ENDPOINT ?? '', bed.env));
  const notifications = openTestQueue(bed);
  const desk = createDocumentDesk({
    models: bed.models,
    region: REGION,
    clock: systemClock,
    notify: createNotifier(notifications, REGION, 'document-processed'),
    onUntold(error) {
      throw error;
    },
  });
  const queueOptions = {
    url: bed.env.REDIS_STATE_URL ?? '',
    region: REGION,
    name: 'document-processing',
    owner: 'test',
    metrics: testMetrics,
    log: testLogger,
  } as const;
  const queue = openQueue(queueOptions);
  const jobs = openQueueJobs(queueOptions);

  async function find(documentId: DocumentId): Promise<FiledDocument> {
    const found = await desk.record.find(documentId);
    if (found === null) throw new Error(`no document ${documentId}`);
    return found;
  }

  return {
    ...bed,
    store,
    desk,
    queue,
    find,
    job: (documentId) => jobs.find(documentId),
    async handIn(bytes, options = {}) {
      const document = announced(bytes, options);
      await desk.record.insert(document);
      const arrives = options.arrives === undefined ? bytes : options.arrives;
      if (arrives !== null) await store.putOnce(document.key, arrives, document.contentType);
      await applyToDocument(desk, document._id, () => ({ type: 'upload', at: Date.now(), etag: 'test' }));
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
      await bed.stop();
    },
  };
}

function announced(bytes: Uint8Array, options: HandedIn): FiledDocument {
  const { userId = 'driver-1', type = 'driving_licence', contentType = 'image/jpeg' } = options;
  return filedDocument({
    userId: userId as UserId,
    type,
    contentType,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
}

/** A picture that takes its time: noise compresses badly. */
export function noisyPicture(edge: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width: edge, height: edge, channels: 3, background: '#888', noise } })
    .jpeg()
    .toBuffer();
}
