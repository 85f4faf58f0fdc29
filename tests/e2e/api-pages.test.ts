import { boardSessionSchema } from '@rideline/contract';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumPath, NO_CHROMIUM } from '../chromium.ts';
import { type AdminHarness, problemOf, startAdminHarness } from '../harness/cluster/admin-harness.ts';

const executablePath = chromiumPath();
if (executablePath === null) process.stderr.write(`api-pages.test.ts is skipped: ${NO_CHROMIUM}\n`);

let harness: AdminHarness;
let browser: Browser;
beforeAll(async () => {
  if (executablePath === null) return;
  harness = await startAdminHarness({ gateways: 0, workers: 0 });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await harness?.stop();
});

/** A page that records the hosts it requests and the violations of its policy. */
async function watchedPage(
  cookie?: string,
): Promise<{ page: Page; asked: Set<string>; complaints: string[] }> {
  const context = await browser.newContext();
  if (cookie !== undefined) {
    const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? [];
    await context.addCookies([{ name, value, url: `${harness.apiUrl}/v1/admin/board`, sameSite: 'Strict' }]);
  }
  const page = await context.newPage();
  const asked = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.add(new URL(request.url()).origin);
  });
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, asked, complaints };
}

it.skipIf(executablePath === null)(
  'ADM-50: /docs shows every route, requests nothing from another host and does not violate its policy',
  async () => {
    const { page, asked, complaints } = await watchedPage();
    await page.goto(`${harness.apiUrl}/docs`);
    await page.locator('[data-path="/v1/admin/drivers"]').waitFor({ timeout: 30_000 });
    const shown = await page.locator('.opblock').count();
    const document = (await (await fetch(`${harness.apiUrl}/v1/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    expect(shown).toBe(
      Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0),
    );
    expect([...asked]).toEqual([harness.apiUrl]);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

it.skipIf(executablePath === null)(
  'ADM-105: /docs/events shows every event of asyncapi.json with its shapes and examples, requests nothing from another host and finds what is typed',
  async () => {
    const { page, asked, complaints } = await watchedPage();
    await page.goto(`${harness.apiUrl}/docs`);
    await page.getByRole('link', { name: 'Socket events' }).click();
    await page.locator('#driver\\.location-update').waitFor({ timeout: 30_000 });
    const document = (await (await fetch(`${harness.apiUrl}/v1/asyncapi.json`)).json()) as {
      operations: object;
      components: { schemas: object };
    };
    expect(await page.locator('.event').count()).toBe(Object.keys(document.operations).length);
    expect(await page.locator('.schema').count()).toBe(Object.keys(document.components.schemas).length);
    const linked = await page
      .locator('main a[href^="#"]')
      .evaluateAll((found) => found.map((link) => (link as unknown as { hash: string }).hash.slice(1)));
    const ids = await page
      .locator('main [id]')
      .evaluateAll((found) => found.map((one) => (one as unknown as { id: string }).id));
    const broken = linked.filter((id) => !ids.includes(id));
    expect(broken).toEqual([]);
    await page.getByLabel('Find an event').fill('offer:answer');
    expect(await page.locator('#index li:visible').allTextContents()).toEqual(['offer:answer']);
    expect([...asked]).toEqual([harness.apiUrl]);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

it.skipIf(executablePath === null)(
  'ADM-51: the queue board opens only with the cookie that an admin gets, and changes nothing',
  async () => {
    const board = `${harness.apiUrl}/v1/admin/board`;
    const refused = await fetch(board);
    expect([refused.status, (await problemOf(refused)).code]).toEqual([401, 'UNAUTHENTICATED']);
    for (const role of ['rider', 'driver', 'operator'] as const)
      expect((await harness.call('POST', '/v1/admin/board-session', { role })).status).toBe(403);
    const session = await harness.call('POST', '/v1/admin/board-session');
    const { url, expiresAt } = boardSessionSchema.parse(await session.json());
    expect(url).toBe('/v1/admin/board');
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
    const cookie = session.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^rideline-board=[\w-]{43}; Path=\/v1\/admin\/board; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const sent = { Cookie: cookie.split(';')[0] ?? '' };
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE'])
      expect((await fetch(`${board}/api/queues/notification/pause`, { method, headers: sent })).status).toBe(
        405,
      );
    const forged = await fetch(board, { headers: { Cookie: `rideline-board=${'A'.repeat(43)}` } });
    expect(forged.status).toBe(401);

    const { page, asked, complaints } = await watchedPage(cookie);
    await page.goto(board);
    await page.getByText('offer-expiry').first().waitFor({ timeout: 30_000 });
    expect([...asked]).toEqual([harness.apiUrl]);
    expect(complaints).toEqual([]);
    await page.context().close();

    await harness.call('POST', '/v1/users/ada/revoke', { subject: 'eve', body: { reason: 'she has left' } });
    const late = await fetch(board, { headers: sent });
    expect([late.status, (await problemOf(late)).code]).toEqual([401, 'TOKEN_REVOKED']);
  },
);
