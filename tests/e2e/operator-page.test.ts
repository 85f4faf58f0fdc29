import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type {
  DocumentDetail,
  DocumentGrant,
  DriverHealth,
  DriverId,
  DriverSearchAnswer,
  NearbyDriver,
  TripList,
} from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { healthCollection } from '@rideline/fleet/health/health-collection';
import { healthDayId } from '@rideline/fleet/health/health-store';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { ApiClient } from '@rideline/load/cluster/api-client';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import { postForm } from '@rideline/platform/s3/s3-probe';
import { createDriver, createRider, type Driver } from '@rideline/sdk';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chromiumPath, NO_CHROMIUM } from '../chromium.ts';
import {
  goOnlineSimulated,
  openPhone,
  register,
  requestRide,
  smallTargets,
  watchFaults,
} from '../harness/apps/phone-window.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { requestOf } from '../harness/documents/document-harness.ts';
import { startCutProxy } from '../harness/faults/cut-proxy.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
const executablePath = chromiumPath();
/** A browser that renders without a GPU and sends no requests of its own. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const CENTRE = { lat: 37.765, lng: -122.44 };
const GRID = 4;
/** Degrees between the cars: 80 and 60 pixels at the zoom of the test. */
const STEP = { lat: 0.012, lng: 0.016 };
const MOST_SCRIPT_BYTES = 400_000;
const FIX_EVERY_MS = 1000;

/** The page globals used here: these tests are compiled without the DOM types. */
interface Picture {
  readonly naturalWidth: number;
}

interface PageStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/** The same for the page itself. */
interface PageGlobals {
  readonly document: {
    readonly body: { append(node: object): void; setAttribute(name: string, value: string): void };
  };
  readonly Image: new () => { src: string };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

if (executablePath === null) process.stderr.write(`operator-page.test.ts is skipped: ${NO_CHROMIUM}\n`);

describe.skipIf(executablePath === null)('the dashboard on a whole cluster', () => {
  let whole: WholeCluster;
  let browser: Browser;
  const cabs = new Map<string, { driver: Driver; lat: number; lng: number }>();
  let fixes: ReturnType<typeof setInterval>;

  beforeAll(async () => {
    [whole, browser] = await Promise.all([
      startWholeCluster({ dashboard: true, s3: true }),
      chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS }),
    ]);
    for (let i = 0; i < GRID * GRID; i++) {
      const id = `cab-${String(i).padStart(2, '0')}`;
      const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', id) });
      driver.connect();
      driver.setStatus(i % 4 === 3 ? 'busy' : 'available');
      const lat = CENTRE.lat + (Math.floor(i / GRID) - 1.5) * STEP.lat;
      const lng = CENTRE.lng + ((i % GRID) - 1.5) * STEP.lng;
      cabs.set(id, { driver, lat, lng });
    }
    const sendAll = () => {
      for (const { driver, lat, lng } of cabs.values()) driver.push({ lat, lng });
    };
    sendAll();
    fixes = setInterval(sendAll, FIX_EVERY_MS);
  });

  afterAll(async () => {
    clearInterval(fixes);
    for (const { driver } of cabs.values()) driver.close();
    await browser?.close();
    await whole?.stop();
  });

  /** A tab, and the forbidden things that its page did. */
  async function openTab(theme: 'light' | 'dark' = 'light', options: BrowserContextOptions = {}) {
    const viewport = { width: 1280, height: 800 };
    const context = await browser.newContext({ viewport, colorScheme: theme, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('request', (request) => {
      if (
        /^(https?|wss?):/.test(request.url()) &&
        new URL(request.url()).host !== new URL(whole.cluster.url).host
      )
        faults.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    return { context, page, faults };
  }

  async function signIn(page: Page, hash = ''): Promise<void> {
    await page.goto(`${whole.cluster.url}/${hash}`);
    await page.getByLabel('Name').fill(whole.cluster.env.RIDELINE_OPERATOR_NAME ?? '');
    await page.getByLabel('Password').fill(whole.cluster.env.RIDELINE_OPERATOR_PASSWORD ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('grid', { name: 'Cabs' }).waitFor();
  }

  /** The collection of trips, for a test that writes into it. */
  async function storedTrips() {
    const mongo = await connectMongo({
      uri: whole.cluster.env.MONGODB_URI ?? '',
      name: 'test',
      log: testLogger,
    });
    return { trips: openDatabase(mongo).collection(tripCollection), close: () => mongo.close() };
  }

  const rows = (page: Page) => page.locator('.rows tbody tr[id]');
  const rowIds = async (page: Page) => (await page.locator('.rows .row-id').allTextContents()).sort();

  async function search(status: 'available' | 'busy'): Promise<NearbyDriver[]> {
    const query = `lat=${CENTRE.lat}&lng=${CENTRE.lng}&radius=20000&limit=100&status=${status}`;
    const answer = await whole.api.call<DriverSearchAnswer>('GET', `/v1/drivers/search?${query}`);
    return answer.drivers;
  }

  /** The place on the map by the view in the address bar: Web Mercator, 512 pixels for the world at zoom 0. */
  async function pixelOf(
    page: Page,
    { lat, lng }: { lat: number; lng: number },
  ): Promise<{ x: number; y: number }> {
    const [, zoom = 0, centreLat = 0, centreLng = 0] =
      /map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)/.exec(new URL(page.url()).hash)?.map(Number) ?? [];
    const box = await page.locator('.map-box').boundingBox();
    if (box === null) throw new Error('no map');
    const world = 512 * 2 ** zoom;
    const y = (of: number) => ((1 - Math.asinh(Math.tan((of * Math.PI) / 180)) / Math.PI) / 2) * world;
    return {
      x: box.x + box.width / 2 + ((lng - centreLng) / 360) * world,
      y: box.y + box.height / 2 + y(lat) - y(centreLat),
    };
  }

  /** Points at each driver's position by the search; the page must name that driver. */
  async function expectDots(page: Page, drivers: readonly NearbyDriver[]): Promise<void> {
    for (const driver of drivers) {
      await vi.waitFor(async () => {
        const { x, y } = await pixelOf(page, driver);
        await page.mouse.move(x + 1, y);
        await page.mouse.move(x, y);
        expect(await page.locator('.hover-card strong').textContent({ timeout: 1000 })).toBe(driver.driverId);
      }, SOON);
    }
  }

  async function seriousFindings(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
  }

  it('MAP-14: an operator signs in and sees every cab; the page requests nothing from another host and stays within its policy and its size', async () => {
    const { context, page, faults } = await openTab();
    await signIn(page);
    await vi.waitFor(async () => expect(await rowIds(page)).toEqual([...cabs.keys()].sort()), SOON);
    await page.getByLabel(`Map with ${cabs.size} cabs in view`).waitFor();
    await page.getByText('System healthy').waitFor();
    await rows(page).first().click();
    await page.getByText(/No fix is missing/).waitFor();
    await page.getByText(/fixes in the last 30 min/).waitFor();
    expect(await page.locator('.failed').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
    const assets = join(whole.cluster.env.RIDELINE_DASHBOARD_DIR ?? '', 'assets');
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
    expect(bytes).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
  });

  it('MAP-14: the checks of these tests find planted violations', async () => {
    const { context, page, faults } = await openTab();
    await page.goto(whole.cluster.url);
    await page.getByLabel('Name').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.evaluate(() => {
      const { document, Image } = globalThis as unknown as PageGlobals;
      document.body.append(new Image());
      document.body.setAttribute('style', 'color: red');
    });
    expect(await seriousFindings(page)).toEqual([expect.stringContaining('image-alt')]);
    await vi.waitFor(() => expect(faults).toEqual([expect.stringContaining('style-src')]), SOON);
    await page.evaluate(() => {
      const { Image } = globalThis as unknown as PageGlobals;
      new Image().src = 'http://127.0.0.2:1/pixel.png';
    });
    await vi.waitFor(() => expect(faults.join()).toMatch(/img-src|asked http:\/\/127.0.0.2/), SOON);
    await context.close();
  });

  it('MAP-60: a tab that comes back with an old token refreshes it silently; signing out ends the session at the server', async () => {
    const { context, page, faults } = await openTab();
    await signIn(page);
    const tokenOf = () =>
      page.evaluate(() => {
        const { sessionStorage } = globalThis as unknown as { sessionStorage: PageStorage };
        return (JSON.parse(sessionStorage.getItem('rideline.session') ?? '{}') as { token?: string }).token;
      });
    const before = await tokenOf();
    await page.evaluate(() => {
      const { sessionStorage } = globalThis as unknown as { sessionStorage: PageStorage };
      const held = JSON.parse(sessionStorage.getItem('rideline.session') ?? '{}') as object;
      sessionStorage.setItem('rideline.session', JSON.stringify({ ...held, expiresAtMs: 1 }));
    });
    await page.reload();
    await vi.waitFor(async () => expect(await rowIds(page)).toEqual([...cabs.keys()].sort()), SOON);
    const after = await tokenOf();
    expect(after).not.toBe(before);
    const status = async () =>
      (await fetch(`${whole.cluster.url}/v1/trips`, { headers: { Authorization: `Bearer ${after}` } }))
        .status;
    expect(await status()).toBe(200);
    await page.getByLabel(/^Sign out/).click();
    await page.getByLabel('Password').waitFor();
    await vi.waitFor(async () => expect(await status()).toBe(401), SOON);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('MAP-14: a wrong password is shown with its code, and the page stays closed', async () => {
    const { context, page, faults } = await openTab();
    await page.goto(whole.cluster.url);
    await page.getByLabel('Name').fill('nobody');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('UNAUTHENTICATED').waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('MAP-15: dots match the search, before and after the cars have moved', async () => {
    const { context, page } = await openTab();
    await signIn(page, `#map=12.30/${CENTRE.lat}/${CENTRE.lng}`);
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(cabs.size), SOON);
    const before = [...(await search('available')), ...(await search('busy'))];
    expect(before.map(({ driverId }) => driverId).sort()).toEqual([...cabs.keys()].sort());
    await expectDots(page, before);
    for (const cab of cabs.values()) cab.lat += 0.0015;
    await vi.waitFor(async () => {
      for (const { driverId = '', lat } of await search('busy'))
        expect(lat).toBeCloseTo(cabs.get(driverId)?.lat ?? 0, 5);
    }, SOON);
    await expectDots(page, [...(await search('busy')), ...(await search('available'))].slice(0, 6));
    await context.close();
  });

  it('MAP-15: a driver who goes busy or offline changes state on the page', async () => {
    const { context, page } = await openTab();
    await signIn(page);
    const state = page.locator('#cab-cab-00 .row-state');
    await vi.waitFor(async () => expect(await state.textContent()).toBe('Available'), SOON);
    cabs.get('cab-00')?.driver.setStatus('busy');
    await vi.waitFor(async () => expect(await state.textContent()).toBe('On trip'), SOON);
    cabs.get('cab-00')?.driver.setStatus('available');
    await vi.waitFor(async () => expect(await state.textContent()).toBe('Available'), SOON);
    await context.close();
  });

  it("MAP-61: a driver's drawer shows how well their phone was tracked, and why not", async () => {
    const id = 'cab-15';
    const phone = cabs.get(id)?.driver as Driver;
    const [from, to] = [Date.now() - 600_000, Date.now() - 300_000];
    for (let t = from - 300_000; t < Date.now(); t += 5000) {
      if (t > from && t < to) continue;
      phone.push({ lat: cabs.get(id)?.lat ?? 0, lng: cabs.get(id)?.lng ?? 0, t });
    }
    const mongo = await connectMongo({
      uri: whole.cluster.env.MONGODB_URI ?? '',
      name: 'test',
      log: testLogger,
    });
    try {
      const days = openDatabase(mongo).collection(healthCollection);
      const day = healthDayId(id as DriverId, Date.now());
      await vi.waitFor(async () => expect(await days.countDocuments({ _id: day })).toBe(1), SOON);
      await days.updateOne({ _id: day }, {
        $push: {
          events: { at: from - 300_000, what: 'status', epoch: 0, status: 'available' },
          conditions: { boot: 'b', code: 'gps_off', from, to },
        },
        $set: {
          device: { boot: 'b', at: to, battery: 37, charging: false, gps: 'on', permission: 'always' },
        },
      } as never);
    } finally {
      await mongo.close();
    }
    // The page reads it once a minute.
    await vi.waitFor(async () => {
      const { outages } = await whole.api.call<DriverHealth>('GET', `/v1/drivers/${id}/health`);
      expect(outages).toMatchObject([{ reason: 'gps_off' }]);
    }, SOON);
    for (const theme of ['light', 'dark'] as const) {
      const { context, page, faults } = await openTab(theme);
      await signIn(page, `#cab=${id}`);
      const drawer = page.getByRole('complementary', { name: `Cab ${id}` });
      await drawer.getByText(/^Tracked \d+\.\d % of 1\d min/).waitFor(SOON);
      await drawer.getByText('Location switched off for 5 min').waitFor(SOON);
      await drawer.getByRole('img', { name: '1 outage in 24 hours' }).waitFor(SOON);
      await drawer.getByText('37 %').waitFor(SOON);
      expect(await seriousFindings(page), theme).toEqual([]);
      expect(faults).toEqual([]);
      if (process.env.PICTURES)
        await page.screenshot({ path: `${process.env.PICTURES}/health-${theme}.png` });
      await context.close();
    }
  });

  it('MAP-10: the keyboard alone searches, moves through the list, follows and closes; the link opens the same view', async () => {
    const { context, page } = await openTab();
    await signIn(page);
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(cabs.size), SOON);
    await page.keyboard.press('/');
    await page.keyboard.type('cab-0');
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(10), SOON);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const drawer = page.getByRole('complementary', { name: 'Cab cab-01' });
    await drawer.waitFor();
    expect(await page.locator('[aria-selected="true"] .row-id').textContent()).toBe('cab-01');
    // Leave the search field, where a letter is text.
    await page.getByRole('grid').focus();
    await page.keyboard.press('f');
    await vi.waitFor(() => expect(page.url()).toMatch(/#map=[\d./-]+&cab=cab-01&follow$/), SOON);
    expect(await drawer.getByRole('button', { name: 'Following' }).count()).toBe(1);
    const link = page.url();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await vi.waitFor(() => expect(page.url()).not.toContain('cab='), SOON);

    const other = await openTab();
    await signIn(other.page, new URL(link).hash);
    await other.page.getByRole('button', { name: 'Following' }).waitFor();
    // Another link in the same tab: without a cab, and the address is written back in its full form.
    await other.page.goto(`${whole.cluster.url}/#map=14/37.76/-122.43`);
    await vi.waitFor(() => expect(other.page.url()).toMatch(/#map=14\.00\/37\.76000\/-122\.43000$/), SOON);
    await other.page.getByRole('complementary').waitFor({ state: 'detached' });
    await other.context.close();
    await context.close();
  });

  it('MAP-23: a waiting trip is shown with its driver, events and candidates, and is cancelled with a reason', async () => {
    const { context, page, faults } = await openTab();
    await signIn(page);
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

  it('TRACK-36: somebody without an account follows a ride on a phone: map, state, driver and age, light and dark, English and Vietnamese, until it ends', async () => {
    const tripId = randomUUID();
    const cab = cabs.get('cab-05');
    if (cab === undefined) throw new Error('no cab-05');
    const pickup = { lat: cab.lat, lng: cab.lng };
    const trip = { tripId, riderId: 'rider-shares', driverId: 'cab-05', pickup, dropoff: CENTRE };
    await whole.api.call('POST', '/v1/dev/trips', { ...trip, at: new Date().toISOString() });
    const made = await fetch(`${whole.cluster.url}/v1/trips/${tripId}/shares`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await whole.token('rider', 'rider-shares')}`,
        'content-type': 'application/json',
      },
      body: '{}',
    });
    const { path } = (await made.json()) as { path: string };
    const phones = await Promise.all(
      (['light', 'dark'] as const).map((theme) =>
        openTab(theme, {
          viewport: { width: 360, height: 740 },
          locale: theme === 'dark' ? 'vi-VN' : 'en-GB',
        }),
      ),
    );
    try {
      for (const { page } of phones) {
        await page.goto(`${whole.cluster.url}${path}`);
        await page.locator('.share-car:not([hidden]) span').waitFor(SOON);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
        expect(await seriousFindings(page), 'share').toEqual([]);
      }
      const [english, vietnamese] = phones.map(({ page }) => page) as [Page, Page];
      await english.getByRole('heading', { name: 'On the way' }).waitFor(SOON);
      await english.getByText(/Position from \d+ s ago/).waitFor(SOON);
      await english.getByText(/Arrival in about \d+ min/).waitFor(SOON);
      await vietnamese.getByRole('heading', { name: 'Đang trên đường' }).waitFor(SOON);
      await vietnamese.getByText(/Vị trí cách đây \d+ giây/).waitFor(SOON);
      if (process.env.PICTURES) {
        await english.screenshot({ path: `${process.env.PICTURES}/share-light.png` });
        await vietnamese.screenshot({ path: `${process.env.PICTURES}/share-dark.png` });
      }
      // The car is where the driver is.
      const before = await english.locator('.share-car').getAttribute('style');
      cab.lat += 0.002;
      await vi.waitFor(
        async () => expect(await english.locator('.share-car').getAttribute('style')).not.toBe(before),
        SOON,
      );
      await vietnamese.getByRole('button', { name: 'English' }).click();
      await vietnamese.getByRole('heading', { name: 'On the way' }).waitFor(SOON);
      // The driver's phone falls silent.
      cabs.delete('cab-05');
      await english.getByText(/No position for \d+ s/).waitFor(SOON);
      await english.locator('.share-car-stale span').waitFor(SOON);
      if (process.env.PICTURES) await english.screenshot({ path: `${process.env.PICTURES}/share-stale.png` });
      cabs.set('cab-05', cab);
      await english.getByText(/Position from \d s ago/).waitFor(SOON);
      await whole.api.call('POST', `/v1/dev/trips/${tripId}/close`, { at: new Date().toISOString() });
      for (const { page } of phones)
        await page.getByRole('heading', { name: 'The ride has ended' }).waitFor(SOON);
      await english.goto(`${whole.cluster.url}${path}`);
      await english.getByRole('heading', { name: 'This link has ended' }).waitFor(SOON);
      await english.goto(`${whole.cluster.url}/s/${'x'.repeat(32)}`);
      await english.getByRole('heading', { name: 'There is no such link' }).waitFor(SOON);
      expect(phones.flatMap(({ faults }) => faults)).toEqual([]);
    } finally {
      cabs.set('cab-05', cab);
      for (const { context } of phones) await context.close();
    }
  });

  it('MAP-19: a trip of which the feed never said anything is on the page within half a minute', async () => {
    const { context, page } = await openTab();
    const { trips, close } = await storedTrips();
    const at = Date.now();
    const tripId = randomUUID();
    try {
      await signIn(page);
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
    const { context, page, faults } = await openTab();
    const rider = createRider({ url: whole.cluster.url, token: () => whole.token('rider', 'rider-unsure') });
    rider.connect();
    try {
      await signIn(page);
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
    const { context, page, faults } = await openTab();
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
      await signIn(page);
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

  it('MAP-16: when its gateway is killed the page is live at the other one; when both are killed it says so and recovers', async () => {
    const { context, page } = await openTab();
    await signIn(page);
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(cabs.size), SOON);
    const live = () => page.locator('.link-live').waitFor(SOON);
    const home = await gatewayOf(context);
    const other = home === 'gateway-1' ? 'gateway-2' : 'gateway-1';
    await whole.cluster.kill(home);
    await vi.waitFor(async () => expect(await gatewayOf(context)).toBe(other), SOON);
    await live();
    await vi.waitFor(async () => expect(await page.locator('.banner').count()).toBe(0), SOON);

    await whole.cluster.kill(other);
    await page.getByText(/No connection since .* The data shown is from that time\./).waitFor(SOON);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await rows(page).count()).toBe(cabs.size);
    await Promise.all([whole.cluster.start(home), whole.cluster.start(other)]);
    await live();
    await page.locator('.banner').waitFor({ state: 'detached', ...SOON });
    await vi.waitFor(async () => expect(await rowIds(page)).toEqual([...cabs.keys()].sort()), SOON);
    await context.close();
  });

  /** The load balancer's cookie names the gateway of this browser. */
  async function gatewayOf(context: BrowserContext): Promise<string> {
    const cookies = await context.cookies();
    return cookies.find(({ name }) => name === 'RIDELINE_GATEWAY')?.value ?? '';
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

  it('MAP-24: a document is reviewed and approved, the next one rejected, and the queue is empty', async () => {
    const first = await submitDocument('cab-00', '#345');
    const second = await submitDocument('cab-01', '#853');
    const { context, page, faults } = await openTab();
    await signIn(page);
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

  it.each(['light', 'dark'] as const)(
    'MAP-17: axe-core finds nothing serious or critical in any view, %s',
    async (theme) => {
      const { context, page } = await openTab(theme);
      await page.goto(whole.cluster.url);
      await page.getByLabel('Name').waitFor();
      expect(await seriousFindings(page), 'sign-in').toEqual([]);
      await signIn(page);
      await vi.waitFor(async () => expect(await rows(page).count()).toBe(cabs.size), SOON);
      expect(await seriousFindings(page), 'workspace').toEqual([]);
      await rows(page).nth(2).click();
      await page.getByText(/No fix is missing/).waitFor();
      expect(await seriousFindings(page), 'drawer').toEqual([]);
      const lists = page.getByRole('navigation', { name: 'List' });
      await lists.getByRole('button', { name: 'Trips' }).click();
      expect(await seriousFindings(page), 'no trips').toEqual([]);
      await lists.getByRole('button', { name: 'Cabs' }).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await seriousFindings(page), 'keys').toEqual([]);
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 400, height: 800 });
      const views = page.getByRole('navigation', { name: 'View' });
      await views.getByRole('button', { name: 'Cabs' }).click();
      expect(await seriousFindings(page), 'narrow').toEqual([]);
      await context.close();
    },
  );

  // Last: its driver stays on the map, where the tests before count the cabs.
  it('APP-13: a ride in two phone windows beside the dashboard, from the request to its end, with the driver offline and the rider’s window closed in between', async () => {
    const operator = await openTab();
    const network = await startCutProxy(whole.cluster.url);
    const driver = await openPhone(browser, { url: network.url, app: 'driver' });
    const rider = await openPhone(browser, { url: whole.cluster.url, app: 'rider', theme: 'dark' });
    const check = async (page: Page, where: string) => {
      expect(await seriousFindings(page), where).toEqual([]);
      expect(await smallTargets(page), where).toEqual([]);
    };
    try {
      await Promise.all([
        signIn(operator.page),
        register(driver, 'driver', 'Dora Driver').then(() => goOnlineSimulated(driver)),
        register(rider, 'rider', 'Ravi Rider'),
      ]);
      await operator.page.keyboard.press('t');
      await check(driver.page, 'online');
      await requestRide(rider, 'Mission Dolores');
      const accept = driver.page.getByRole('button', { name: 'Accept', exact: true });
      await accept.waitFor(SOON);
      await accept.click();
      await rider.page.getByRole('heading', { name: 'Your driver is on the way' }).waitFor(SOON);
      const { trips } = await whole.api.call<TripList>('GET', '/v1/trips?open=true');
      const tripId = trips.find(({ pickup }) => pickup.lng < CENTRE.lng - 0.02)?.tripId;
      const row = operator.page.locator(`#trip-${tripId}`);
      await row.waitFor(SOON);
      await rider.page.getByText('Dora Driver').waitFor(SOON);
      await rider.page.getByText('7ABC123').waitFor(SOON);
      await driver.page.getByRole('button', { name: 'I have arrived' }).click();
      await rider.page.getByRole('heading', { name: 'Your driver is here' }).waitFor(SOON);
      await driver.page.getByRole('button', { name: 'Start ride' }).click();
      await rider.page.getByRole('heading', { name: 'On your way' }).waitFor(SOON);
      await check(driver.page, 'ride of the driver');
      await check(rider.page, 'ride of the rider');

      network.cut();
      await driver.page.getByText('No connection. Trying again.').waitFor(SOON);
      await driver.page.getByRole('button', { name: 'End ride' }).click();
      await driver.page.getByRole('dialog').getByRole('button', { name: 'End ride' }).click();
      await rider.page.close();
      const reopened = await rider.context.newPage();
      watchFaults(reopened, whole.cluster.url, rider.faults);
      await reopened.goto(`${whole.cluster.url}/rider/`);
      await reopened.getByRole('heading', { name: 'On your way' }).waitFor(SOON);
      network.restore();
      await reopened.getByRole('heading', { name: 'You have arrived' }).waitFor(SOON);
      await reopened.getByText(/\$\d/).waitFor(SOON);
      await driver.page.getByRole('heading', { name: 'Ride completed' }).waitFor(SOON);
      await vi.waitFor(
        async () => expect(await row.locator('.row-state').textContent()).toBe('Completed'),
        SOON,
      );
      expect([operator.faults, driver.faults, rider.faults]).toEqual([[], [], []]);
    } finally {
      for (const { context } of [operator, driver, rider]) await context.close();
      await network.close();
    }
  });

  it('SDK-155: the apps and the page of a share link open in a browser that blocks cookies and every storage', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'rideline-blocked-'));
    mkdirSync(join(profile, 'Default'));
    const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(settings));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: executablePath ?? '',
      args: ARGUMENTS,
      locale: 'en-US',
    });
    const faults: string[] = [];
    try {
      const page = await context.newPage();
      watchFaults(page, whole.cluster.url, faults);
      await page.goto(`${whole.cluster.url}/s/${'x'.repeat(32)}`);
      await page.getByRole('heading', { name: 'There is no such link' }).waitFor(SOON);
      await page.goto(`${whole.cluster.url}/`);
      await page.getByLabel('Password').waitFor(SOON);
      await page.goto(`${whole.cluster.url}/rider/`);
      await register({ page, context, faults }, 'rider', 'Berta Blocked');
      await page.getByText('Connected').waitFor(SOON);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    }
  });

  it('APP-8: an app is installable, and opens without a network at the screen of its user', async () => {
    const rider = await openPhone(browser, { url: whole.cluster.url, app: 'rider', locale: 'vi-VN' });
    const { page, context, faults } = rider;
    try {
      await page.getByRole('button', { name: 'English' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
      await register(rider, 'rider', 'Olga Offline');
      await page.getByRole('button', { name: 'Start here' }).waitFor(SOON);
      const session = await context.newCDPSession(page);
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      // A context of the test is a private window.
      expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
      await page.evaluate(() => {
        const { navigator } = globalThis as unknown as {
          navigator: { serviceWorker: { ready: Promise<unknown> } };
        };
        return navigator.serviceWorker.ready.then(() => undefined);
      });
      await context.setOffline(true);
      await page.reload();
      await page.getByRole('button', { name: 'Menu' }).waitFor(SOON);
      await page.getByText(/No connection|Connecting/).waitFor(SOON);
      await context.setOffline(false);
      await page.getByText('Connected').waitFor(SOON);
      await page.getByRole('button', { name: 'Start here' }).waitFor(SOON);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
