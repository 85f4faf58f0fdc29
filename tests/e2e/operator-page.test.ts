import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DriverHealth, DriverId, DriverSearchAnswer, NearbyDriver } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { healthCollection } from '@rideline/fleet/health/health-collection';
import { healthDayId } from '@rideline/fleet/health/health-store';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import type { Driver } from '@rideline/sdk';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type BrowserBed,
  CENTRE,
  NO_BROWSER,
  rowIds,
  rows,
  SOON,
  seriousFindings,
  startBrowserBed,
} from '../harness/apps/browser-bed.ts';
import type { WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { testLogger } from '../harness/test-process.ts';

const MOST_SCRIPT_BYTES = 400_000;

/** The page globals used here: these tests are compiled without the DOM types. */
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

describe.skipIf(NO_BROWSER)('the dashboard on a whole cluster', () => {
  let bed: BrowserBed;
  let whole: WholeCluster;
  let cabs: BrowserBed['cabs'];

  beforeAll(async () => {
    bed = await startBrowserBed();
    ({ whole, cabs } = bed);
  });
  afterAll(() => bed?.stop());

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

  /** The load balancer's cookie names the gateway of this browser. */
  async function gatewayOf(context: BrowserContext): Promise<string> {
    const cookies = await context.cookies();
    return cookies.find(({ name }) => name === 'RIDELINE_GATEWAY')?.value ?? '';
  }

  it('MAP-14: an operator signs in and sees every cab; the page requests nothing from another host and stays within its policy and its size', async () => {
    const { context, page, faults } = await bed.openTab();
    await bed.signIn(page);
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
    const { context, page, faults } = await bed.openTab();
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
    const { context, page, faults } = await bed.openTab();
    await bed.signIn(page);
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
    const { context, page, faults } = await bed.openTab();
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
    const { context, page } = await bed.openTab();
    await bed.signIn(page, `#map=12.30/${CENTRE.lat}/${CENTRE.lng}`);
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
    const { context, page } = await bed.openTab();
    await bed.signIn(page);
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
      const { context, page, faults } = await bed.openTab(theme);
      await bed.signIn(page, `#cab=${id}`);
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
    const { context, page } = await bed.openTab();
    await bed.signIn(page);
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

    const other = await bed.openTab();
    await bed.signIn(other.page, new URL(link).hash);
    await other.page.getByRole('button', { name: 'Following' }).waitFor();
    // Another link in the same tab: without a cab, and the address is written back in its full form.
    await other.page.goto(`${whole.cluster.url}/#map=14/37.76/-122.43`);
    await vi.waitFor(() => expect(other.page.url()).toMatch(/#map=14\.00\/37\.76000\/-122\.43000$/), SOON);
    await other.page.getByRole('complementary').waitFor({ state: 'detached' });
    await other.context.close();
    await context.close();
  });

  it('MAP-16: when its gateway is killed the page is live at the other one; when both are killed it says so and recovers', async () => {
    const { context, page } = await bed.openTab();
    await bed.signIn(page);
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

  it.each(['light', 'dark'] as const)(
    'MAP-17: axe-core finds nothing serious or critical in any view, %s',
    async (theme) => {
      const { context, page } = await bed.openTab(theme);
      await page.goto(whole.cluster.url);
      await page.getByLabel('Name').waitFor();
      expect(await seriousFindings(page), 'sign-in').toEqual([]);
      await bed.signIn(page);
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
});
