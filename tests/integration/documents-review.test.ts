import { randomUUID } from 'node:crypto';
import {
  type DocumentId,
  documentReviewListSchema,
  documentViewSchema,
  type Notification,
  notificationListSchema,
  problemSchema,
} from '@rideline/contract';
import { cleanKey, thumbnailKey } from '@rideline/fleet/documents/document-keys';
import {
  createDocumentStore,
  finishProcessing,
  startProcessing,
} from '@rideline/fleet/documents/document-store';
import { createNotifier } from '@rideline/fleet/notifications/notification-queue';
import { regionCollection } from '@rideline/fleet/settings/region-collection';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import { systemClock } from '@rideline/platform/process/clock';
import type { QueueProducer } from '@rideline/platform/queues/queues';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type DocumentHarness,
  someBytes,
  startDocumentHarness,
} from '../harness/documents/document-harness.ts';
import { openTestQueue } from '../harness/notifications/test-queue.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 50 };
const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();
let harness: DocumentHarness;
let notifications: QueueProducer<'notification'>;

beforeAll(async () => {
  harness = await startDocumentHarness({ gateways: 1, workers: 1, env: { RIDELINE_ROLES: 'notifications' } });
  notifications = openTestQueue(harness);
});
afterAll(async () => {
  await notifications.close();
  await harness.stop();
});

const person = () => `driver-${randomUUID().slice(0, 8)}`;
const operator = { role: 'operator', subject: 'night' } as const;
const review = (documentId: string, body: object, by: object = operator) =>
  harness.call('POST', `/v1/documents/${documentId}/review`, { ...operator, ...by, body });
const codeOf = async (answer: Response) => problemSchema.parse(await answer.json()).code;

/** Does a worker's job directly: takes the document and puts the clean copy in place. */
async function process(documentId: DocumentId): Promise<Buffer> {
  const documentStore = createDocumentStore({
    db: harness.db,
    region: REGION,
    clock: systemClock,
    notify: createNotifier(notifications, REGION, 'document-processed'),
    onNotifyFailed: (error) => {
      throw error;
    },
  });
  const started = await startProcessing(documentStore, documentId);
  if (started === null) throw new Error('nothing to do');
  const { fence } = started;
  const bytes = someBytes(500);
  const clean = {
    key: cleanKey(documentId, fence, 'image/jpeg'),
    thumbnailKey: thumbnailKey(documentId, fence),
    contentType: 'image/jpeg' as const,
    size: bytes.byteLength,
  };
  await harness.store.putOnce(clean.key, bytes, 'image/jpeg');
  await harness.store.putOnce(clean.thumbnailKey, someBytes(50), 'image/jpeg');
  await finishProcessing(documentStore, documentId, { fence, clean, facts: { width: 800, height: 500 } });
  return bytes;
}

it('DOC-9: each state of a document reaches its owner over their sockets as it changes, and stays in their list', async () => {
  const subject = person();
  const phone = await harness.phone('driver', subject);
  try {
    const { documentId } = await harness.upload(subject, someBytes());
    await process(documentId);
    const { version } = await harness.view(subject, documentId);
    await review(documentId, { decision: 'approve', validUntil: NEXT_YEAR, version });
    await vi.waitFor(() => {
      const shown = phone
        .received<Notification>('notification')
        .map(({ kind, data }) => [kind, data.status, data.review]);
      expect(new Set(shown.map(String))).toEqual(
        new Set([
          'document_status,uploaded,',
          'document_status,processing,',
          'document_status,processed,pending',
          'document_approved,processed,approved',
        ]),
      );
    }, SOON);
    expect(phone.received<Notification>('notification')[0]?.data).toMatchObject({
      documentId,
      documentType: 'driving_licence',
    });
  } finally {
    phone.close();
  }
  const list = await harness.call('GET', '/v1/notifications', { subject });
  expect(notificationListSchema.parse(await list.json()).notifications).toHaveLength(4);
});

it('DOC-16: owner and staff see the cleaned copy by addresses that expire; the original upload is never shown', async () => {
  const subject = person();
  const { documentId } = await harness.upload(subject, someBytes());
  expect((await harness.view(subject, documentId)).links).toBeNull();
  const bytes = await process(documentId);
  for (const [who, role] of [
    [subject, 'driver'],
    ['night', 'operator'],
  ] as const) {
    const { links, facts } = await harness.view(who, documentId, role);
    expect(facts).toEqual({ width: 800, height: 500 });
    const answer = await fetch(links?.file ?? '');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="driving_licence.jpg"');
    expect((await fetch(links?.thumbnail ?? '')).status).toBe(200);
    expect(new URL(links?.file ?? '').searchParams.get('X-Amz-Expires')).toBe('300');
    expect(JSON.stringify(links)).not.toContain('quarantine');
  }
});

it('DOC-10: documents waiting for review are listed oldest first, approved with an expiry day, and recorded in the audit log', async () => {
  const subject = person();
  const { documentId } = await harness.upload(subject, someBytes());
  expect(
    await codeOf(await review(documentId, { decision: 'approve', validUntil: NEXT_YEAR, version: 2 })),
  ).toBe('ILLEGAL_TRANSITION');
  await process(documentId);
  const queue = await harness.call('GET', '/v1/document-reviews?type=driving_licence&limit=100', operator);
  const waiting = documentReviewListSchema.parse(await queue.json()).documents;
  expect(waiting.map(({ documentId: id }) => id)).toContain(documentId);
  expect(waiting.map(({ createdAt }) => createdAt)).toEqual(waiting.map(({ createdAt }) => createdAt).sort());
  const version = waiting.find(({ documentId: id }) => id === documentId)?.version ?? 0;

  for (const [body, code] of [
    [{ decision: 'approve', version }, 'VALIDATION'],
    [{ decision: 'approve', version, validUntil: new Date(1).toISOString() }, 'VALIDATION'],
    [{ decision: 'reject', version }, 'VALIDATION'],
    [{ decision: 'approve', version: version - 1, validUntil: NEXT_YEAR }, 'CONFLICT'],
    [{ decision: 'approve', version, validUntil: NEXT_YEAR, fence: 9 }, 'VALIDATION'],
  ] as const) {
    expect(await codeOf(await review(documentId, body))).toBe(code);
  }
  expect(
    await codeOf(await review(documentId, { decision: 'reject', version }, { role: 'driver', subject })),
  ).toBe('WRONG_AUDIENCE');
  const answers = await Promise.all([
    review(documentId, { decision: 'approve', validUntil: NEXT_YEAR, version }),
    review(documentId, { decision: 'reject', reason: 'blurred', version }, { subject: 'day' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const entries = await harness.db
    .collection(auditCollection)
    .find({ target: `document:${documentId}` })
    .toArray();
  expect(entries.length).toBeGreaterThanOrEqual(1);
  expect(entries[0]).toMatchObject({ actor: { role: 'operator' }, data: { version, userId: subject } });
});

it('DOC-64: a document that is approved until a day is valid until that day ends in the zone of the region', async () => {
  const subject = person();
  const { documentId } = await harness.upload(subject, someBytes());
  await process(documentId);
  const day = `${new Date().getUTCFullYear() + 1}-02-27`;
  const approve = async (validUntil: string) => {
    const { version } = await harness.view(subject, documentId);
    return review(documentId, { decision: 'approve', validUntil, version });
  };
  const region = harness.db.collection(regionCollection);
  const settings = {
    v: 1,
    version: 1,
    retentionDays: 30,
    leastRetentionDays: 30,
    currency: 'USD',
    locale: 'en',
  } as const;
  for (const [zone, end] of [
    ['America/Los_Angeles', `${day.replace('-27', '-28')}T07:59:59.999Z`],
    ['Pacific/Auckland', `${day}T10:59:59.999Z`],
  ] as const) {
    await region.replaceOne({ _id: REGION }, { ...settings, zone, updatedAt: new Date() }, { upsert: true });
    expect((await approve(day)).status).toBe(200);
    expect(await harness.view(subject, documentId)).toMatchObject({
      validUntil: end,
      validUntilDay: day,
      dayZone: zone,
    });
  }
  await region.deleteOne({ _id: REGION });
  expect((await harness.view(subject, documentId)).dayZone).toBe('UTC');
  for (const wrong of ['2027-02-30', '1999-02-03', '27-02-2027', '2027-2-3'])
    expect(await codeOf(await approve(wrong))).toBe('VALIDATION');
});

it('DOC-10: a later decision replaces an earlier one; the owner reads the reason', async () => {
  const subject = person();
  const { documentId } = await harness.upload(subject, someBytes());
  await process(documentId);
  const first = await harness.view(subject, documentId);
  const body = { decision: 'approve', validUntil: NEXT_YEAR, version: first.version };
  const approved = documentViewSchema.parse(await (await review(documentId, body)).json());
  expect(approved).toMatchObject({ review: { state: 'approved' }, validUntil: NEXT_YEAR });
  const back = { decision: 'reject', reason: 'It is not your licence.', version: approved.version };
  expect((await review(documentId, back)).status).toBe(200);
  const view = await harness.view(subject, documentId);
  expect(view).toMatchObject({
    status: 'processed',
    review: { state: 'rejected', reason: 'It is not your licence.' },
    validUntil: null,
  });
  await vi.waitFor(async () => {
    const list = await harness.call('GET', '/v1/notifications', { subject });
    const { notifications } = notificationListSchema.parse(await list.json());
    expect(notifications.find(({ kind }) => kind === 'document_rejected')?.data).toMatchObject({
      code: 'NOT_ACCEPTED',
      text: 'It is not your licence.',
    });
  }, SOON);
});
