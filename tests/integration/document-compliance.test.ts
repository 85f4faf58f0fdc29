import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type DocumentType,
  type RegionId,
  type RiderId,
  type TripId,
  tripRequestSchema,
  type UserId,
} from '@rideline/contract';
import type { DocumentState } from '@rideline/fleet/documents/document';
import { documentCollection, type StoredDocument } from '@rideline/fleet/documents/document-collection';
import { applyToDocument, createDocumentStore } from '@rideline/fleet/documents/document-store';
import { readCandidates } from '@rideline/fleet/matching/candidate-store';
import type { Notice } from '@rideline/fleet/notifications/notification-queue';
import { openOffers } from '@rideline/fleet/trips/trip';
import { cancelByRider } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { manualClock } from '@rideline/platform/process/clock';
import { checkExpiries } from '@rideline/workers/sweepers/document-expiry';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { storedDocument } from '../harness/documents/stored-document.ts';
import { REGION, testLogger, testMetrics } from '../harness/test-process.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
/** The bound for expiry and renewal. */
const IN_TIME = { timeout: 5000, interval: 50 };
const DAY_MS = 86_400_000;
const PICKUP = { lat: 37.77, lng: -122.41 };
let harness: WorkersHarness;
let trips: TripStore;

beforeAll(async () => {
  harness = await startWorkersHarness({
    env: {
      RIDELINE_ROLES: 'matching,relay,sweepers',
      RIDELINE_MATCH_TICK_MS: '100',
      RIDELINE_REQUIRED_DOCUMENTS: 'driving_licence,insurance',
    },
  });
  trips = tripStoreOf(harness);
});
afterAll(() => harness?.stop());

/** Approved, as after a review. */
function approvedDocument(
  userId: string,
  type: DocumentType,
  validUntil: number,
  approvedAt: number,
): StoredDocument {
  const review = { name: 'approved', at: approvedAt, by: 'operator-1', reason: null, validUntil } as const;
  const state = {
    name: 'processed',
    uploadedAt: approvedAt,
    processedAt: approvedAt,
    fence: 1,
    clean: { key: `clean/${randomUUID()}/1.jpg`, contentType: 'image/jpeg', size: 10, thumbnailKey: null },
    facts: {},
    review,
  } satisfies DocumentState;
  const at = new Date(approvedAt);
  return storedDocument({
    userId: userId as UserId,
    type,
    state,
    version: 5,
    fence: 1,
    told: 5,
    createdAt: at,
    validUntil: new Date(validUntil),
    expiryCheckAt: at,
  });
}

async function fileApproved(
  userId: string,
  type: DocumentType,
  validUntil: number,
  approvedAt = Date.now(),
): Promise<StoredDocument> {
  const document = approvedDocument(userId, type, validUntil, approvedAt);
  await harness.db.collection(documentCollection).insertOne(document as never);
  return document;
}

async function request(riderId: string): Promise<TripId> {
  const tripId = randomUUID();
  const parsed = tripRequestSchema.parse({ tripId, pickup: PICKUP, dropoff: { lat: 37.79, lng: -122.42 } });
  await requestTrip(trips, riderId as RiderId, parsed);
  return tripId as TripId;
}

const reasonOf = async (tripId: TripId, driverId: string) =>
  (await readCandidates(harness.db, REGION, tripId)).drivers.find((driver) => driver.driverId === driverId)
    ?.reason;

const offeredTo = async (tripId: TripId) => {
  const trip = await trips.trips.find(tripId);
  return trip ? openOffers(trip).map(({ driverId }) => driverId) : [];
};

it('DOC-62: a driver who lacks a document gets no offer, with the reason; expiry takes the driver out in under 5 s, and renewal brings them back', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: 'licensed', ...PICKUP },
    { driverId: 'stranger', lat: 37.7701, lng: -122.41 },
  ]);
  const ends = Date.now() + 4000;
  await fileApproved('licensed', 'driving_licence', Date.now() + DAY_MS);
  const insurance = await fileApproved('licensed', 'insurance', ends);
  const first = await request('rider-1');
  await vi.waitFor(async () => expect(await offeredTo(first)).toEqual(['licensed']), SOON);
  await vi.waitFor(async () => expect(await reasonOf(first, 'stranger')).toBe('documents_lacking'), SOON);
  await cancelByRider(trips, 'rider-1' as RiderId, {
    tripId: first,
    commandId: 'c1' as CommandId,
    reason: null,
  });

  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(ends), SOON);
  await placeFreeDrivers(harness.state, [{ driverId: 'licensed', ...PICKUP }]);
  const second = await request('rider-2');
  await vi.waitFor(async () => expect(await reasonOf(second, 'licensed')).toBe('documents_lacking'), IN_TIME);
  expect(await offeredTo(second)).toEqual([]);
  // The sweeper stores the expiry and notifies the driver.
  await vi.waitFor(async () => {
    const filed = await harness.db.collection(documentCollection).findOne({ _id: insurance._id as never });
    expect((filed as unknown as StoredDocument).state).toMatchObject({ review: { name: 'lapsed' } });
  }, SOON);

  await fileApproved('licensed', 'insurance', Date.now() + DAY_MS);
  await vi.waitFor(async () => expect(await offeredTo(second)).toEqual(['licensed']), IN_TIME);
});

it('DOC-61: the owner is reminded 30, 15 and 1 day before expiry, once each however often it is checked, and notified when it has expired', async () => {
  const notices: Notice[] = [];
  const approvedAt = Date.UTC(2020, 0, 1);
  const clock = manualClock(approvedAt);
  const documentStore = createDocumentStore({
    db: harness.db,
    // Separate from the workers that run here.
    region: 'elsewhere' as never,
    clock,
    notify: async (notice) => void notices.push(notice),
    onNotifyFailed(error) {
      throw error;
    },
  });
  const look = () => checkExpiries({ documentStore, metrics: testMetrics, logger: testLogger });
  const end = approvedAt + 40 * DAY_MS;
  const { _id } = await fileApproved('reminded', 'insurance', end, approvedAt);
  await harness.db
    .collection(documentCollection)
    .updateOne({ _id: _id as never }, { $set: { region: 'elsewhere' as RegionId } });
  for (const [days, kinds] of [
    [40, []],
    [30, ['document_expiring']],
    [29, []],
    [10, ['document_expiring']],
    [1, ['document_expiring']],
    [0, ['document_expired']],
    [-1, []],
  ] as const) {
    clock.advance(end - days * DAY_MS - clock.wallMs());
    notices.length = 0;
    await look();
    await look();
    expect([days, notices.map(({ kind }) => kind)]).toEqual([days, kinds]);
  }
  expect((await documentStore.documents.find(_id))?.state).toMatchObject({
    review: { name: 'lapsed', validUntil: end },
  });
});

it('DOC-61: an owner who renewed in time gets no reminder of the old document', async () => {
  const notices: Notice[] = [];
  const approvedAt = Date.UTC(2021, 0, 1);
  const clock = manualClock(approvedAt);
  const region = 'elsewhere' as never;
  const notify = async (notice: Notice) => void notices.push(notice);
  const documentStore = createDocumentStore({
    db: harness.db,
    region,
    clock,
    notify,
    onNotifyFailed: () => undefined,
  });
  const end = approvedAt + 20 * DAY_MS;
  const old = await fileApproved('renewer', 'insurance', end, approvedAt);
  const renewed = await fileApproved('renewer', 'insurance', end + 365 * DAY_MS, approvedAt);
  await harness.db
    .collection(documentCollection)
    .updateMany({ userId: 'renewer' as UserId }, { $set: { region } });
  for (const at of [end - 15 * DAY_MS, end - DAY_MS, end]) {
    clock.advance(at - clock.wallMs());
    await checkExpiries({ documentStore, metrics: testMetrics, logger: testLogger });
  }
  expect(notices).toEqual([]);
  expect((await documentStore.documents.find(old._id))?.state).toMatchObject({ review: { name: 'lapsed' } });
  expect((await documentStore.documents.find(renewed._id))?.state).toMatchObject({
    review: { name: 'approved' },
  });
  await expect(
    applyToDocument(documentStore, renewed._id, () => ({ type: 'end_validity', at: clock.wallMs() })),
  ).rejects.toThrow();
});

it('TRIP-50: 450 documents whose expiry cannot be checked keep no other from being checked', async () => {
  const region = 'crowded' as RegionId;
  const clock = manualClock(Date.UTC(2022, 0, 1));
  const reminded: string[] = [];
  const documentStore = createDocumentStore({
    db: harness.db,
    region,
    clock,
    notify: async ({ userId }) => {
      if (String(userId).startsWith('unreachable')) throw new Error('the queue does not accept it');
      reminded.push(userId);
    },
    onNotifyFailed: () => undefined,
  });
  const approvedAt = clock.wallMs();
  const end = approvedAt + 20 * DAY_MS;
  const unreachable = Array.from({ length: 450 }, (_, n) =>
    approvedDocument(`unreachable-${n}`, 'insurance', end, approvedAt),
  );
  const reachable = approvedDocument('reachable', 'insurance', end, approvedAt + 1);
  await harness.db
    .collection(documentCollection)
    .insertMany([...unreachable, reachable].map((document) => ({ ...document, region })));
  clock.advance(end - 15 * DAY_MS - clock.wallMs());
  const rounds: number[] = [];
  for (let round = 0; round < 5 && reminded.length === 0; round += 1)
    rounds.push(await checkExpiries({ documentStore, metrics: testMetrics, logger: testLogger }));
  // 200 a round: those that failed are behind all that were not checked yet.
  expect(rounds).toEqual([200, 200, 51]);
  expect(reminded).toEqual(['reachable']);
});
