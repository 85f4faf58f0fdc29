import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { comparisonPage } from '@rideline/load/lab/compare/comparison-page';
import { reportPage } from '@rideline/load/lab/page/report-page';
import { sampleReport } from '@rideline/load/lab/page/sample-report';
import type { RunReport } from '@rideline/load/lab/run-report';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, NO_CHROMIUM } from '../chromium.ts';

const executablePath = chromiumPath();
if (executablePath === null) process.stderr.write(`load-report.test.ts is skipped: ${NO_CHROMIUM}\n`);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const small = sampleReport({ minutes: 3, intervalMs: 5000, seed: 1 });
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** The page globals used here: these tests are compiled without the DOM types. */
interface PageGlobals {
  readonly document: {
    readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
  };
}

describe.skipIf(executablePath === null)('the page of a load run', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rl-page-'));
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page opened from the disk, drawn to its end; whatever it requests or complains of is kept. */
  async function opened(
    text: string,
    options: { viewport?: typeof DESK; script?: boolean; colorScheme?: 'light' | 'dark' } = {},
  ): Promise<{ page: Page; requested: string[]; complaints: string[] }> {
    const { viewport = DESK, script = true, colorScheme = 'light' } = options;
    const path = join(folder, 'report.html');
    writeFileSync(path, text);
    const page = await browser.newPage({ viewport, colorScheme, javaScriptEnabled: script });
    const requested: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(path).href);
    if (script) await page.locator('html[data-drawn]').waitFor({ timeout: 120_000, state: 'attached' });
    return { page, requested, complaints };
  }

  it('LOAD-29: opens from a disk, requests nothing, draws every plot and complains of nothing', async () => {
    const { page, requested, complaints } = await opened(reportPage(small));
    expect(requested.filter((url) => !url.startsWith('file:') || !url.endsWith('report.html'))).toEqual([]);
    const places = await page.locator('[data-plot]').count();
    expect(places).toBeGreaterThan(12);
    expect(await page.locator('[data-plot] canvas').count()).toBe(places);
    expect(await page.locator('html').getAttribute('data-drawn')).toBe(String(places));
    expect(complaints).toEqual([]);
    await page.close();
  });

  const ONE_POINT: RunReport = {
    ...small,
    gauges: small.gauges.map((gauge) => ({ ...gauge, points: [[1000, 5]] })),
    latencies: small.latencies.map((latency) => ({ ...latency, overTime: latency.overTime.slice(0, 1) })),
  };
  const NULLS: RunReport = {
    ...small,
    gauges: small.gauges.map((gauge) => ({ ...gauge, points: gauge.points.map(([atMs]) => [atMs, null]) })),
    processes: small.processes.map((one) => ({
      ...one,
      cpuCores: one.cpuCores.map(([atMs, value], at) => [atMs, at % 2 === 0 ? null : value]),
    })),
    latencies: small.latencies.map((latency) => ({
      ...latency,
      total: { count: 0, p50: null, p90: null, p95: null, p99: null, p999: null, max: null },
      overTime: latency.overTime.map((entry) => ({ ...entry, p50: 0, p95: null })),
    })),
  };
  const EMPTY: RunReport = {
    ...small,
    latencies: [],
    counters: [],
    errors: [],
    gauges: [],
    processes: [],
    events: [],
    thresholds: [],
    invariants: null,
  };
  it.each([
    ['empty series', EMPTY],
    ['one point', ONE_POINT],
    ['nulls and zeros', NULLS],
    ['a soak of 90 minutes', sampleReport({ minutes: 90, intervalMs: 5000, seed: 2 })],
  ])('LOAD-29: draws %s without a complaint', async (_, report) => {
    const { page, complaints } = await opened(reportPage(report));
    expect(complaints).toEqual([]);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(report.title);
    await page.close();
  });

  it('LOAD-27: the tables hold the figures of the JSON, also without JavaScript', async () => {
    const { page } = await opened(reportPage(small), { script: false });
    const percentiles = page.getByRole('region', { name: 'Percentiles of the whole run' });
    for (const { title, total } of small.latencies) {
      const row = percentiles.getByRole('row', { name: title });
      expect(await row.textContent()).toContain(`${total.count.toLocaleString('en-GB')}`);
      expect(await row.textContent()).toContain(`${total.p50} ms`);
    }
    const thresholds = page.getByRole('region', { name: 'Thresholds, unmet' });
    for (const { what, met } of small.thresholds)
      expect(await thresholds.getByRole('row', { name: what }).textContent()).toContain(
        met ? 'met' : 'not met',
      );
    const faults = page.getByRole('region', { name: 'Faults' });
    expect(await faults.getByRole('row', { name: 'Redis state is stopped' }).textContent()).toContain('18 s');
    expect(await page.locator('figure.plot details').count()).toBe(await page.locator('[data-plot]').count());
    expect(await page.locator('.noscript').textContent()).toContain('need JavaScript');
    await page.close();
  });

  it('LOAD-33: the arrow keys move the cursor of all plots at once, and legends are buttons', async () => {
    const { page } = await opened(reportPage(small));
    const [first, second] = [page.locator('#latency-0 .canvas'), page.locator('#latency-1 .canvas')];
    await first.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    const time = (place: typeof first) =>
      place.locator('.u-series').first().locator('.u-value').textContent();
    expect(await time(first)).toMatch(/^\d+:\d\d$/);
    // The other plots follow in the next frame.
    await expect.poll(() => time(second), { timeout: 30_000 }).toBe(await time(first));
    expect(await second.locator('.u-series').nth(1).locator('.u-value').textContent()).toMatch(/ m?s$/);
    const p50 = first.getByRole('button', { name: 'p50' });
    expect(await p50.getAttribute('aria-pressed')).toBe('true');
    await p50.press('Enter');
    expect(await p50.getAttribute('aria-pressed')).toBe('false');
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'LOAD-33: the page in %s has no accessibility fault and fits a phone',
    async (colorScheme) => {
      // A pass of axe over one page takes a while: each page has it in one of the two sizes, where their markup is the same.
      const pages = [
        { text: reportPage(small), viewport: PHONE, isChecked: true },
        { text: reportPage(small), viewport: DESK, isChecked: false },
        { text: comparisonPage([small, { ...small, commit: 'other' }]), viewport: DESK, isChecked: true },
        { text: comparisonPage([small, { ...small, commit: 'other' }]), viewport: PHONE, isChecked: false },
      ];
      for (const { text, viewport, isChecked } of pages) {
        const { page, complaints } = await opened(text, { viewport, colorScheme });
        expect(complaints).toEqual([]);
        const widths = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = (globalThis as unknown as PageGlobals).document
            .documentElement;
          return { scrollWidth, clientWidth };
        });
        expect(widths.scrollWidth).toBeLessThanOrEqual(widths.clientWidth);
        if (isChecked) expect(await faultsOf(page)).toEqual([]);
        await page.close();
      }
    },
  );

  /** The page's policy runs no script of others, so axe goes in over the debugger, which it does not bind. */
  async function faultsOf(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    const found = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
      violations: readonly { id: string; nodes: readonly { html: string }[] }[];
    };
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }
});
