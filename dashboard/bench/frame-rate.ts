/**
 * Measures the frame rate of the built page: `node dashboard/bench/frame-rate.ts [--cars 500,2000,10000] [--seconds 10]`.
 * A headless Chromium draws with the CPU, so a machine with a GPU is faster than these figures.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startSyntheticFeed } from './synthetic-feed.ts';

const { values } = parseArgs({
  options: {
    cars: { type: 'string', default: '500,2000,10000' },
    seconds: { type: 'string', default: '10' },
  },
});
const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--no-first-run',
];
const WARM_UP_MS = 6000;

/** Frames of the page's own animation clock while cars glide. */
async function frames(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const step = (time: number) => {
          times.push(time);
          if (time - (times[0] ?? time) < ms) requestAnimationFrame(step);
          else resolve(times.slice(1).map((at, i) => at - (times[i] ?? at)));
        };
        requestAnimationFrame(step);
      }),
    seconds * 1000,
  );
}

async function measure(browser: Browser, cars: number, seconds: number): Promise<void> {
  const feed = await startSyntheticFeed(cars);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(feed.url);
    const painted = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1,
    );
    await page.fill('input[name=name]', 'bench');
    await page.fill('input[name=password]', 'bench');
    await page.click('button[type=submit]');
    await page.locator('main.map[aria-label^="Map with"]:not([aria-label*=" 0 "])').waitFor();
    await page.waitForTimeout(WARM_UP_MS);
    const gaps = (await frames(page, seconds)).sort((a, b) => a - b);
    const mean = gaps.length / (gaps.reduce((sum, gap) => sum + gap, 0) / 1000);
    const at = (share: number) => (gaps[Math.floor((gaps.length - 1) * share)] ?? 0).toFixed(0);
    const row = [`${cars} cars`, `${mean.toFixed(1)} frames/s`, `p95 ${at(0.95)} ms`, `longest ${at(1)} ms`];
    process.stdout.write(`${row.join(' · ')} · first paint ${painted.toFixed(0)} ms\n`);
  } finally {
    await page.close();
    await feed.stop();
  }
}

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`no ${CHROMIUM}: apt-get install chromium\n`);
  process.exit(1);
}
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
try {
  for (const cars of values.cars.split(',')) await measure(browser, Number(cars), Number(values.seconds));
} finally {
  await browser.close();
}
