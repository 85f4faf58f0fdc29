import { randomUUID } from 'node:crypto';
import type { DocumentDetail, DocumentGrant } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { ApiClient } from '@rideline/load/cluster/api-client';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import { postForm } from '@rideline/platform/s3/s3-probe';
import { createRider, type Driver } from '@rideline/sdk';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type BrowserBed,
  CENTRE,
  NO_BROWSER,
  rowIds,
  SOON,
  seriousFindings,
  startBrowserBed,
} from '../harness/apps/browser-bed.ts';
import type { WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { requestOf } from '../harness/documents/document-harness.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

/** The page globals used here: these tests are compiled without the DOM types. */
interface Picture {
  readonly naturalWidth: number;
}

describe.skipIf(NO_BROWSER)('actions of an operator on a whole cluster', () => {
  let bed: BrowserBed;
  let whole: WholeCluster;
  let cabs: BrowserBed['cabs'];

  beforeAll(async () => {
    bed = await startBrowserBed();
    ({ whole, cabs } = bed);
  });
  afterAll(() => bed?.stop());

  /** The collection of trips, for a test that writes into it. */
  async function storedTrips() {
    const mongo = await connectMongo({
      uri: whole.cluster.env.MONGODB_URI ?? '',
      name: 'test',
      log: testLogger,
    });
    return { trips: openDatabase(mongo).collection(tripCollection), close: () => mongo.close() };
  }

  /** A document of a driver, from the form to the clean copy. */
  async function submitDocument(driverId: string, colour: string): Promise<string> {
    const as = new ApiClient(whole.cluster.url, await whole.token('driver', driverId));
    const picture = { width: 900, height: 600, channels: 3, background: colour } as const;
    const bytes = await sharp({ create: picture }).jpeg().toBuffer();
    const { documentId, presignedUrl, fields } = await as.call<DocumentGrant>(
      'POST',
      '/v1/documents',
      requestOf(bytes, { type: 'insurance' }),
    );
    expect((await postForm({ url: presignedUrl, fields }, bytes)).status).toBeLessThan(300);
    const completed = `/v1/documents/${documentId}`;
    await as.call('POST', `${completed}/complete`);
    await vi.waitFor(
      async () => expect((await as.call<DocumentDetail>('GET', completed)).status).toBe('processed'),
      SOON,
    );
    return documentId;
  }

  it('MAP-23: a waiting trip is shown with its driver, events and candidates, and is cancelled with a reason', async () => {
    const { context, page, faults } = await bed.openTab();
    await bed.signIn(page);
    const cab = cabs.get('cab-00') as { driver: Driver; lat: number; lng: number };
    const accepts = cab.driver.on('offer', ({ offerId }) => void cab.driver.answerOffer(offerId, true));
    const rider = createRider({ url: whole.cluster.url, token: () => whole.token('rider', 'rider-e2e') });
    rider.connect();
    try {
      const pickup = { lat: cab.lat, lng: cab.lng };
      const dropoff = { lat: cab.lat + 0.02, lng: cab.lng };
      const asked = await rider.requestTrip({ pickup, dropoff });
      if (!asked.ok) throw new Error(asked.code);
      await page.keyboard.press('t');
      const row = page.locator(`#trip-${asked.tripId}`);
      await row.waitFor(SOON);
      await vi.waitFor(
        async () => expect(await row.locator('.row-driver').textContent()).toBe('cab-00'),
        SOON,
      );
      await page.keyboard.press('ArrowDown');
      const drawer = page.getByRole('complementary', { name: `Trip ${asked.tripId}` });
      await drawer.getByText('Accepted by cab-00').waitFor(SOON);
      await drawer.getByText(/\d+ in total: .*1 accepted/).waitFor(SOON);
      await vi.waitFor(() => expect(page.url()).toContain(`trip=${asked.tripId}`), SOON);
      expect(await seriousFindings(page), 'trip').toEqual([]);
      await drawer.getByRole('button', { name: 'cab-00' }).first().click();
      const cabDrawer = page.getByRole('complementary', { name: 'Cab cab-00' });
      await cabDrawer.getByRole('button', { name: 'rider-e2e' }).click();
      await drawer.getByRole('button', { name: 'Cancel trip' }).click();
      await drawer.getByRole('textbox').fill('asked by telephone');
      expect(await seriousFindings(page), 'reason').toEqual([]);
      await page.keyboard.press('Enter');
      await vi.waitFor(
        async () => expect(await row.locator('.row-state').textContent()).toBe('Cancelled'),
        SOON,
      );
      await drawer.getByText('Cancelled by the operator').waitFor(SOON);
      await drawer.getByText('Operator actions').waitFor(SOON);
      await vi.waitFor(() => expect(cab.driver.trip).toBeNull(), SOON);
      expect(faults).toEqual([]);
    } finally {
      accepts();
      rider.close();
      await context.close();
    }
  });

  it('MAP-19: a trip of which the feed never said anything is on the page within half a minute', async () => {
    const { context, page } = await bed.openTab();
    const { trips, close } = await storedTrips();
    const at = Date.now();
    const tripId = randomUUID();
    try {
      await bed.signIn(page);
      await page.keyboard.press('t');
      await page.getByRole('grid', { name: 'Trips' }).waitFor(SOON);
      // Without an event that is to be delivered nothing announces it.
      await trips.insertOne({
        ...{ _id: tripId, v: 1, region: REGION, version: 4, open: true, outbox: [], events: [], offers: [] },
        ...{ pickup: CENTRE, dropoff: CENTRE, stops: [], tier: 'standard', origin: 'request' },
        ...{ driverId: 'cab-of-nobody', slot: 'active', riderId: 'rider-unannounced' },
        ...{ state: { name: 'in_progress', startedAt: at, stopsDone: 0 }, reallocations: 0, commandIds: [] },
        ...{ createdAt: new Date(at), updatedAt: new Date(at) },
      } as never);
      await page.locator(`#trip-${tripId}`).waitFor({ timeout: 60_000 });
    } finally {
      await trips.deleteOne({ _id: tripId as never });
      await close();
      await context.close();
    }
  });

  it('TRIP-59: a cancellation without a response is shown as not confirmed until MongoDB, which is frozen, answers its repeat', async () => {
    const { context, page, faults } = await bed.openTab();
    const rider = createRider({ url: whole.cluster.url, token: () => whole.token('rider', 'rider-unsure') });
    rider.connect();
    try {
      await bed.signIn(page);
      const [pickup, dropoff] = [
        { lat: CENTRE.lat + 2, lng: CENTRE.lng },
        { lat: CENTRE.lat + 2.1, lng: CENTRE.lng },
      ];
      const asked = await rider.requestTrip({ pickup, dropoff });
      if (!asked.ok) throw new Error(asked.code);
      await page.keyboard.press('t');
      const row = page.locator(`#trip-${asked.tripId}`);
      await row.click({ timeout: SOON.timeout });
      const drawer = page.getByRole('complementary', { name: `Trip ${asked.tripId}` });
      await drawer.getByRole('button', { name: 'Cancel trip' }).click();
      await drawer.getByRole('textbox').fill('asked by telephone');
      let tries = 0;
      await page.route('**/cancel', async (route) => {
        tries += 1;
        if (tries > 1) return await route.continue();
        // Nothing of it reaches the API: otherwise the feed could show the effect before the text is seen.
        await whole.cluster.pause('mongo');
        await route.abort('connectionreset');
      });
      await page.keyboard.press('Enter');
      await drawer.getByRole('status').getByText('Cancelling… not confirmed; checking.').waitFor(SOON);
      // Still so after a repeat that the API refuses, since MongoDB is away.
      await vi.waitFor(() => expect(tries).toBeGreaterThan(2), SOON);
      expect(await drawer.getByText('not confirmed; checking').isVisible()).toBe(true);
      expect(await drawer.getByRole('button', { name: 'Cancel trip' }).isDisabled()).toBe(true);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/unconfirmed.png` });
      await whole.cluster.resume('mongo');
      await drawer.getByText('Cancelled by the operator').waitFor(SOON);
      await vi.waitFor(
        async () => expect(await row.locator('.row-state').textContent()).toBe('Cancelled'),
        SOON,
      );
      expect(await drawer.getByText('not confirmed').count()).toBe(0);
      expect(faults).toEqual([]);
    } finally {
      await whole.cluster.resume('mongo');
      rider.close();
      await context.close();
    }
  });

  it('TRIP-70: a ride whose fare must be reviewed stays on the page, and an operator marks it as reviewed with a reason', async () => {
    const { context, page, faults } = await bed.openTab();
    const { trips, close } = await storedTrips();
    const at = Date.now() - 3_600_000;
    const tripId = randomUUID();
    try {
      await trips.insertOne({
        ...{ _id: tripId, v: 1, region: REGION, version: 4, open: false, outbox: [], events: [], offers: [] },
        ...{ pickup: CENTRE, dropoff: CENTRE, stops: [], tier: 'standard', origin: 'request' },
        ...{ driverId: 'cab-lost', slot: 'active', riderId: 'rider-of-lost-cab' },
        state: {
          ...{ name: 'completed', startedAt: at, completedAt: at + 60_000 },
          review: { reason: 'driver_silent', heardAt: at + 30_000 },
        },
        ...{ reallocations: 0, commandIds: [], createdAt: new Date(at), updatedAt: new Date(at) },
      } as never);
      await bed.signIn(page);
      await page.keyboard.press('t');
      const row = page.locator(`#trip-${tripId}`);
      await row.click({ timeout: SOON.timeout });
      const drawer = page.getByRole('complementary', { name: `Trip ${tripId}` });
      await drawer.getByText('Completed · fare to review').waitFor(SOON);
      await drawer.getByRole('button', { name: 'Mark fare as reviewed' }).click();
      await drawer.getByRole('textbox').fill('half of the estimate was agreed');
      expect(await seriousFindings(page), 'fare review').toEqual([]);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/review.png` });
      await page.keyboard.press('Enter');
      await vi.waitFor(async () => {
        const trip = await trips.findOne({ _id: tripId as never });
        expect(trip).toMatchObject({ version: 5, state: { review: { resolvedAt: expect.any(Number) } } });
      }, SOON);
      await row.waitFor({ state: 'detached', timeout: SOON.timeout });
      await drawer.getByText('Fare reviewed by').waitFor(SOON);
      expect(faults).toEqual([]);
    } finally {
      await trips.deleteOne({ _id: tripId as never });
      await close();
      await context.close();
    }
  });

  it('MAP-24: a document is reviewed and approved, the next one rejected, and the queue is empty', async () => {
    const first = await submitDocument('cab-00', '#345');
    const second = await submitDocument('cab-01', '#853');
    const { context, page, faults } = await bed.openTab();
    await bed.signIn(page);
    await page.getByRole('navigation', { name: 'List' }).getByRole('button', { name: 'Documents' }).click();
    await vi.waitFor(async () => expect(await rowIds(page)).toEqual(['cab-00', 'cab-01']), SOON);
    await page.keyboard.press('ArrowDown');
    const drawer = page.getByRole('complementary');
    const picture = drawer.getByRole('img', { name: 'Insurance of cab-00' });
    await vi.waitFor(
      async () => expect(await picture.evaluate((img) => (img as unknown as Picture).naturalWidth)).toBe(900),
      SOON,
    );
    await drawer.getByText('900').first().waitFor();
    expect(await drawer.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
    const [year] = new Date(Date.now() + 400 * 24 * 3_600_000).toISOString().split('-');
    await drawer.getByLabel('Valid until').fill(`${year}-06-30`);
    expect(await seriousFindings(page)).toEqual([]);
    await drawer.getByRole('button', { name: 'Approve' }).click();
    await drawer.getByRole('img', { name: 'Insurance of cab-01' }).waitFor();
    await drawer.getByLabel('Rejection reason').fill('The number cannot be read.');
    await drawer.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('No document is waiting for review.').waitFor();
    const detail = (id: string) => whole.api.call<DocumentDetail>('GET', `/v1/documents/${id}`);
    expect(await detail(first)).toMatchObject({
      review: { state: 'approved' },
      validUntil: `${year}-06-30T23:59:59.999Z`,
      validUntilDay: `${year}-06-30`,
    });
    expect((await detail(second)).review).toMatchObject({
      state: 'rejected',
      reason: 'The number cannot be read.',
    });
    const { S3_ENDPOINT } = whole.cluster.env;
    expect(faults.filter((fault) => !fault.startsWith(`asked ${S3_ENDPOINT}`))).toEqual([]);
    await context.close();
  });
});
