import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TripList } from '@rideline/contract';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BROWSER_OPTIONS,
  type BrowserBed,
  CENTRE,
  NO_BROWSER,
  SOON,
  seriousFindings,
  startBrowserBed,
} from '../harness/apps/browser-bed.ts';
import {
  goOnlineSimulated,
  openPhone,
  register,
  requestRide,
  smallTargets,
  watchFaults,
} from '../harness/apps/phone-window.ts';
import type { WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { startCutProxy } from '../harness/faults/cut-proxy.ts';

describe.skipIf(NO_BROWSER)('pages on phones, on a whole cluster', () => {
  let bed: BrowserBed;
  let whole: WholeCluster;
  let cabs: BrowserBed['cabs'];

  beforeAll(async () => {
    // A person's time to accept is not what these tests are about, and a busy machine draws the offer late.
    bed = await startBrowserBed({ RIDELINE_OFFER_WINDOW_MS: '60000' });
    ({ whole, cabs } = bed);
  });
  afterAll(() => bed?.stop());

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
        bed.openTab(theme, {
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

  it('APP-13: a ride in two phone windows beside the dashboard, from the request to its end, with the driver offline and the rider’s window closed in between', async () => {
    // The ride is offered to the phone's driver alone: the cabs answer no offers.
    for (const { driver } of cabs.values()) driver.setStatus('busy');
    const operator = await bed.openTab();
    const network = await startCutProxy(whole.cluster.url);
    const driver = await openPhone(bed.browser, { url: network.url, app: 'driver' });
    const rider = await openPhone(bed.browser, { url: whole.cluster.url, app: 'rider', theme: 'dark' });
    const check = async (page: Page, where: string) => {
      expect(await seriousFindings(page), where).toEqual([]);
      expect(await smallTargets(page), where).toEqual([]);
    };
    try {
      await Promise.all([
        bed.signIn(operator.page),
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
    const context = await chromium.launchPersistentContext(profile, { ...BROWSER_OPTIONS, locale: 'en-US' });
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
    const rider = await openPhone(bed.browser, { url: whole.cluster.url, app: 'rider', locale: 'vi-VN' });
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
      await page.locator('.maplibregl-canvas').waitFor(SOON);
      await context.setOffline(false);
      await page.getByText('Connected').waitFor(SOON);
      await page.getByRole('button', { name: 'Start here' }).waitFor(SOON);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
