/**
 * Takes the README's pictures of the page: `node dashboard/bench/pictures.ts URL NAME PASSWORD FOLDER` beside a running demo.
 * Selects a trip whose driver is on the way, so that route, events and candidates are in the picture.
 */
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, name = '', password = '', folder] = process.argv.slice(2);
if (url === undefined || folder === undefined) {
  process.stderr.write('usage: node dashboard/bench/pictures.ts URL NAME PASSWORD FOLDER\n');
  process.exit(1);
}
/** Long enough to fill the sparkline. */
const WATCH_MS = Number(process.env.WATCH_MS ?? 30_000);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--no-first-run'],
});
try {
  for (const theme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
    await page.goto(url);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('grid', { name: 'Cabs' }).waitFor();
    await page.waitForTimeout(WATCH_MS);
    await page.getByRole('navigation', { name: 'List' }).getByRole('button', { name: 'Trips' }).click();
    await page.locator('.rows tr[data-group="pickup"]').nth(1).click();
    await page.waitForTimeout(4000);
    await page.mouse.move(10, 10);
    await page.screenshot({ path: join(folder, `operator-page-${theme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
}
