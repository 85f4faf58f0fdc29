import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface PhoneWindow {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Violations of the page's policy, requests of other hosts, and errors of its scripts. */
  readonly faults: string[];
}

export interface PhoneWindowOptions {
  /** Address of the front port, or of a proxy before it. */
  readonly url: string;
  readonly app: 'driver' | 'rider';
  readonly theme?: 'light' | 'dark';
  readonly locale?: string;
}

/** The smallest phone that the apps are made for. */
const SMALLEST = { width: 360, height: 640 };

/** Watches a page for what the apps must not do. */
export function watchFaults(page: Page, url: string, faults: string[]): void {
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(url).host)
      faults.push(`asked ${request.url()}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
}

/** A window of a phone's size with an app, at its first screen. */
export async function openPhone(browser: Browser, options: PhoneWindowOptions): Promise<PhoneWindow> {
  const { url, app, theme = 'light', locale = 'en-US' } = options;
  const context = await browser.newContext({
    viewport: SMALLEST,
    colorScheme: theme,
    locale,
    hasTouch: true,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  watchFaults(page, url, faults);
  await page.goto(`${url}/${app}`);
  return { context, page, faults };
}

/** Creates an account in the app, in English. */
export async function register(
  { page }: PhoneWindow,
  app: PhoneWindowOptions['app'],
  name: string,
): Promise<void> {
  await page.getByRole('button', { name: 'Create account' }).first().click();
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail or phone number').fill(`${name.replace(/\W/g, '.')}@example.com`);
  await page.getByLabel('Password').fill('a password of a test');
  if (app === 'driver') {
    await page.getByLabel('Vehicle').fill('Blue Toyota Prius');
    await page.getByLabel('Licence plate').fill('7ABC123');
  }
  await page.locator('button[type=submit]').click();
}

/** Goes online with a position that drives by itself, from the first place of the city. */
export async function goOnlineSimulated({ page }: PhoneWindow): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('A simulation').check();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Go online' }).click();
  await page.getByRole('heading', { name: 'You are online' }).waitFor();
}

/** Requests a ride from the first place of the city to another one. */
export async function requestRide({ page }: PhoneWindow, destination: string): Promise<void> {
  await page.getByRole('button', { name: 'Start here' }).click();
  await page.getByRole('button', { name: destination }).click();
  await page.getByText(`Pin: ${destination}`).waitFor();
  await page.getByRole('button', { name: 'Go here' }).click();
  await page.getByRole('button', { name: 'Request ride' }).click();
}

/** Controls of a page that are smaller than a finger: 44 × 44 CSS pixels (WCAG 2.5.5). */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly width: number;
      readonly height: number;
    }
    interface Control {
      readonly outerHTML: string;
      getBoundingClientRect(): Box;
    }
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Control> };
    };
    const controls = [...document.querySelectorAll('button, a.button, label.button, select, .field input')];
    return controls
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(
        ({ control, box }) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${control.outerHTML}`,
      );
  });
}
