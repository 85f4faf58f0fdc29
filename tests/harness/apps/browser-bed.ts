import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createDriver, type Driver } from '@rideline/sdk';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { chromiumPath, NO_CHROMIUM } from '../../chromium.ts';
import { startWholeCluster, type WholeCluster } from '../cluster/whole-cluster.ts';
import { watchFaults } from './phone-window.ts';

export const SOON = { timeout: 60_000, interval: 100 };
/** The middle of the cabs. */
export const CENTRE = { lat: 37.765, lng: -122.44 };
const GRID = 4;
/** Degrees between the cabs: 80 and 60 pixels at the zoom of the tests. */
const STEP = { lat: 0.012, lng: 0.016 };
const FIX_EVERY_MS = 1000;

const executablePath = chromiumPath();
/** Whether tests with a browser have to be skipped. */
export const NO_BROWSER = executablePath === null;
if (NO_BROWSER) process.stderr.write(`tests with a browser are skipped: ${NO_CHROMIUM}\n`);

/** A browser that renders without a GPU and sends no requests of its own. */
export const BROWSER_OPTIONS = {
  executablePath: executablePath ?? '',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--enable-unsafe-swiftshader',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** See `watchFaults`. */
  readonly faults: string[];
}

/** A whole cluster with its pages, 16 cabs that send a fix a second, and a browser. */
export interface BrowserBed {
  readonly whole: WholeCluster;
  readonly browser: Browser;
  /** By id; a test that changes a cab's place moves it. */
  readonly cabs: Map<string, { driver: Driver; lat: number; lng: number }>;
  openTab(theme?: 'light' | 'dark', options?: BrowserContextOptions): Promise<Tab>;
  /** Opens the dashboard as an operator. */
  signIn(page: Page, hash?: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param env of the cluster's processes, besides the usual */
export async function startBrowserBed(env: Record<string, string> = {}): Promise<BrowserBed> {
  await using started = new AsyncDisposableStack();
  const whole = started.adopt(await startWholeCluster({ dashboard: true, s3: true, env }), (it) => it.stop());
  const browser = started.adopt(await chromium.launch(BROWSER_OPTIONS), (it) => it.close());
  const cabs: BrowserBed['cabs'] = new Map();
  for (let i = 0; i < GRID * GRID; i++) {
    const id = `cab-${String(i).padStart(2, '0')}`;
    const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', id) });
    driver.connect();
    driver.setStatus(i % 4 === 3 ? 'busy' : 'available');
    const lat = CENTRE.lat + (Math.floor(i / GRID) - 1.5) * STEP.lat;
    const lng = CENTRE.lng + ((i % GRID) - 1.5) * STEP.lng;
    cabs.set(id, { driver, lat, lng });
  }
  const drivers = [...cabs.values()].map(({ driver }) => driver);
  started.defer(() => {
    for (const driver of drivers) driver.close();
  });
  const sendAll = () => {
    for (const { driver, lat, lng } of cabs.values()) driver.push({ lat, lng });
  };
  sendAll();
  started.adopt(setInterval(sendAll, FIX_EVERY_MS), clearInterval);

  const resources = started.move();
  return {
    whole,
    browser,
    cabs,
    async openTab(theme = 'light', options = {}) {
      const viewport = { width: 1280, height: 800 };
      const context = await browser.newContext({ viewport, colorScheme: theme, ...options });
      const page = await context.newPage();
      const faults: string[] = [];
      watchFaults(page, whole.cluster.url, faults);
      return { context, page, faults };
    },
    async signIn(page, hash = '') {
      const { url, env } = whole.cluster;
      await page.goto(`${url}/${hash}`);
      await page.getByLabel('Name').fill(env.RIDELINE_OPERATOR_NAME ?? '');
      await page.getByLabel('Password').fill(env.RIDELINE_OPERATOR_PASSWORD ?? '');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('grid', { name: 'Cabs' }).waitFor();
    },
    stop: () => resources.disposeAsync(),
  };
}

/** The rows of the dashboard's list. */
export const rows = (page: Page) => page.locator('.rows tbody tr[id]');
export const rowIds = async (page: Page) => (await page.locator('.rows .row-id').allTextContents()).sort();

/** What axe-core finds serious or critical on a page. */
export async function seriousFindings(page: Page): Promise<string[]> {
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
