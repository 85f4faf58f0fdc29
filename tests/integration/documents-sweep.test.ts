import { randomUUID } from 'node:crypto';
import type { DocumentId, UserId } from '@rideline/contract';
import { ownsBucket } from '@rideline/fleet/documents/bucket-owner';
import { documentCollection, type StoredDocument } from '@rideline/fleet/documents/document-collection';
import {
  CLEAN_PREFIX,
  cleanKey,
  QUARANTINE_PREFIX,
  thumbnailKey,
} from '@rideline/fleet/documents/document-keys';
import { ORPHAN_AGE_MS, removeOrphans, type SweptPrefix } from '@rideline/fleet/documents/orphans';
import { openStoredDocuments } from '@rideline/fleet/documents/stored-documents';
import { metaCollection } from '@rideline/fleet/store/meta-collection';
import { openQueueJobs, type QueueJobs } from '@rideline/platform/queues/queue-jobs';
import { openQueueWorker, PoisonJob } from '@rideline/platform/queues/queues';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type DocumentHarness,
  someBytes,
  startDocumentHarness,
} from '../harness/documents/document-harness.ts';
import { storedDocument } from '../harness/documents/stored-document.ts';
import { REGION, testLogger, testMetrics } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
let harness: DocumentHarness;
let jobs: QueueJobs;

beforeAll(async () => {
  harness = await startDocumentHarness({ workers: 1, env: { RIDELINE_ROLES: 'sweepers' } });
  jobs = openQueueJobs(queueOptions());
});
afterAll(async () => {
  await jobs.close();
  await harness.stop();
});

const queueOptions = () => ({
  url: harness.env.REDIS_STATE_URL ?? '',
  region: REGION,
  name: 'document-processing' as const,
  owner: 'test',
  metrics: testMetrics,
  log: testLogger,
});
const person = () => `driver-${randomUUID().slice(0, 8)}`;
const documents = () => harness.db.collection(documentCollection);
const filed = async (documentId: string) =>
  (await documents().findOne({ _id: documentId as never })) as unknown as StoredDocument;
/** Makes one document due, as if time had passed. */
const makeDue = (documentId: string, more: object = {}) =>
  documents().updateOne({ _id: documentId as never }, { $set: { nextCheckAt: new Date(0), ...more } });
const becomes = (documentId: string, state: object) =>
  vi.waitFor(async () => expect((await filed(documentId)).state).toMatchObject(state), SOON);

it('DOC-11: when a form has expired its file is found and queued; without a file the form is closed, and complete returns GONE', async () => {
  const [bytes, subject] = [someBytes(), person()];
  const forgotten = await harness.grant(subject, bytes);
  await harness.send(forgotten, bytes);
  const unused = await harness.grant(subject, bytes);
  for (const { documentId } of [forgotten, unused]) await makeDue(documentId, { 'state.expiresAt': 1 });
  await becomes(forgotten.documentId, { name: 'uploaded' });
  await vi.waitFor(
    async () => expect(await jobs.find(forgotten.documentId)).toMatchObject({ status: 'waiting' }),
    SOON,
  );
  await becomes(unused.documentId, { name: 'expired' });
  expect((await harness.complete(subject, unused.documentId)).status).toBe(410);
  // Documents that are no longer needed are deleted by their TTL.
  const week = 7 * 86_400_000;
  const { expireAt } = await filed(unused.documentId);
  expect(Math.abs((expireAt?.getTime() ?? 0) - Date.now() - week)).toBeLessThan(60_000);
  expect((await filed(forgotten.documentId)).expireAt).toBeUndefined();
});

it('DOC-12: a document whose job the queue has lost is queued again, once', async () => {
  const { documentId } = await harness.upload(person(), someBytes());
  const keys = await harness.state.keys(`*:{bull}:document-processing:*`);
  await harness.state.del(...keys);
  expect(await jobs.find(documentId)).toBeNull();
  await makeDue(documentId);
  await vi.waitFor(
    async () => expect(await jobs.find(documentId)).toMatchObject({ status: 'waiting' }),
    SOON,
  );
  expect((await filed(documentId)).nextCheckAt?.getTime()).toBeGreaterThan(Date.now());
});

it('TRIP-50: 450 documents whose check fails keep no other from being swept', async () => {
  const { documentId } = await harness.upload(person(), someBytes());
  const keys = await harness.state.keys(`*:{bull}:document-processing:*`);
  await harness.state.del(...keys);
  const userId = person() as UserId;
  const broken = Array.from({ length: 450 }, (_, n) => ({
    ...storedDocument({ userId, state: { name: 'granted', expiresAt: 1 } }),
    // The S3 server refuses a key of more than 1,024 bytes.
    key: `${'x'.repeat(1100)}${n}`,
    nextCheckAt: new Date(0),
  }));
  await documents().insertMany(broken);
  try {
    await makeDue(documentId, { nextCheckAt: new Date(1) });
    await vi.waitFor(async () => expect(await jobs.find(documentId)).toMatchObject({ status: 'waiting' }), {
      timeout: 60_000,
      interval: 200,
    });
    expect(await harness.metric('workers-1', 'sweep_failures_total')).toBeGreaterThanOrEqual(400);
  } finally {
    await documents().deleteMany({ userId });
  }
});

it('DOC-12: a job that died is revived twice; then its owner is asked to send the document again', async () => {
  const subject = person();
  const { documentId } = await harness.upload(subject, someBytes());
  let runs = 0;
  const worker = openQueueWorker({
    ...queueOptions(),
    concurrency: 5,
    process: async (job) => {
      if (job.id === documentId) runs += 1;
      throw new PoisonJob('this one kills its worker');
    },
  });
  try {
    for (const revivals of [1, 2]) {
      await vi.waitFor(
        async () => expect(await jobs.find(documentId)).toMatchObject({ status: 'failed' }),
        SOON,
      );
      await makeDue(documentId);
      await vi.waitFor(async () => expect((await filed(documentId)).revivals).toBe(revivals), SOON);
    }
    await vi.waitFor(() => expect(runs).toBe(3), SOON);
    await vi.waitFor(
      async () => expect(await jobs.find(documentId)).toMatchObject({ status: 'failed' }),
      SOON,
    );
    await makeDue(documentId);
    await becomes(documentId, { name: 'rejected', code: 'PROCESSING_FAILED' });
  } finally {
    await worker.close();
  }
  const view = await harness.view(subject, documentId);
  expect(view.rejection?.text).toContain('send the document again');
});

it('DOC-9: a state that could not be delivered to the owner is delivered later, after as many retries as it takes, and once', async () => {
  const subject = person();
  const { documentId, key } = await harness.grant(subject, someBytes());
  await harness.store.putOnce(key, someBytes(10), 'image/jpeg');
  await harness.cluster.kill('redis-state');
  const answer = harness.complete(subject, documentId);
  await becomes(documentId, { name: 'rejected', code: 'BYTES_DIFFER' });
  expect((await answer).status).toBe(409);
  expect((await filed(documentId)).told).toBe(1);
  await harness.cluster.start('redis-state');
  await vi.waitFor(async () => expect((await filed(documentId)).told).toBe(2), SOON);
  expect((await filed(documentId)).nextCheckAt).toBeUndefined();
  const notices = openQueueJobs({ ...queueOptions(), name: 'notification' });
  try {
    await vi.waitFor(async () => {
      const notice = await notices.find(`${documentId}-2`);
      expect(notice).toMatchObject({ name: 'document-processed', status: 'waiting' });
    }, SOON);
  } finally {
    await notices.close();
  }
});

it('DOC-13: objects that belong to no document are removed once they are old; those that are needed stay', async () => {
  const { store } = harness;
  const { documentId, key } = await harness.grant(person(), someBytes());
  await store.putOnce(key, someBytes(), 'image/jpeg');
  const gone = await harness.grant(person(), someBytes());
  await store.putOnce(gone.key, someBytes(), 'image/jpeg');
  await documents().updateOne(
    { _id: gone.documentId as never },
    { $set: { state: { name: 'expired', expiredAt: 1 } } },
  );
  const stranger = `${QUARANTINE_PREFIX}nobody/insurance/1.jpg`;
  await store.putOnce(stranger, someBytes(), 'image/jpeg');
  const id = documentId as DocumentId;
  const [kept, zombie, thumbnail] = [
    cleanKey(id, 2, 'image/jpeg'),
    cleanKey(id, 1, 'image/jpeg'),
    thumbnailKey(id, 2),
  ];
  for (const one of [kept, zombie, thumbnail]) await store.putOnce(one, someBytes(), 'image/jpeg');
  const stored = openStoredDocuments(harness.db, REGION);
  const sweep = (prefix: SweptPrefix, nowMs: number) =>
    removeOrphans({ stored, store }, prefix, { after: null, limit: 1000, nowMs });

  expect((await sweep(QUARANTINE_PREFIX, Date.now())).removed).toBe(0);
  const later = Date.now() + ORPHAN_AGE_MS + 60_000;
  await sweep(QUARANTINE_PREFIX, later);
  expect(await store.head(stranger)).toBeNull();
  expect(await store.head(gone.key)).toBeNull();
  expect(await store.head(key)).not.toBeNull();

  expect((await sweep(CLEAN_PREFIX, later)).removed).toBe(0);
  const clean = { key: kept, thumbnailKey: thumbnail, contentType: 'image/jpeg', size: 1 };
  const state = {
    name: 'processed',
    uploadedAt: 1,
    processedAt: 2,
    fence: 2,
    clean,
    facts: {},
    review: { name: 'pending' },
  };
  await documents().updateOne({ _id: documentId as never }, { $set: { state: state as never } });
  expect((await sweep(CLEAN_PREFIX, later)).removed).toBe(1);
  expect(await store.head(zombie)).toBeNull();
  expect(await store.head(kept)).not.toBeNull();
  expect(await store.head(thumbnail)).not.toBeNull();
});

it('DOC-13: in a bucket that belongs to another MongoDB database nothing is removed', async () => {
  const own = await ownsBucket(harness.db, harness.store);
  expect(await ownsBucket(harness.db, harness.store)).toBe(own);
  await harness.db
    .collection(metaCollection)
    .updateOne({ _id: 'object-store' as never }, { $set: { holder: randomUUID() } });
  expect(await ownsBucket(harness.db, harness.store)).toBe(false);
});
