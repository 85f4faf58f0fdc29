import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, NO_CHROMIUM } from '../chromium.ts';

const executablePath = chromiumPath();
if (executablePath === null) process.stderr.write(`sdk-browser-storage.test.ts is skipped: ${NO_CHROMIUM}\n`);

const ROOT = join(import.meta.dirname, '../..');
/** Nothing listens there: the test answers every request. localhost is a secure context, which Web Locks need. */
const ORIGIN = 'http://localhost:1';
const CONTRACT = ['error-codes', 'fix-format', 'gps-time', 'id-format', 'trip-states'];
const LIMITS = `export * as LIMITS from '/packages/contract/src/limits.ts';`;
const PAGE = `<!doctype html><script type="importmap">{"imports":{"@rideline/contract":"/contract.js"}}</script>`;

/** The SDK's sources as modules, with their types removed: no bundler stands between the test and what it tests. */
async function serve(context: BrowserContext): Promise<void> {
  await context.route(`${ORIGIN}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/') return route.fulfill({ contentType: 'text/html', body: PAGE });
    const source =
      path === '/contract.js'
        ? [...CONTRACT.map((file) => `export * from '/packages/contract/src/${file}.ts';`), LIMITS].join('\n')
        : stripTypeScriptTypes(await readFile(join(ROOT, path), 'utf8'));
    return route.fulfill({ contentType: 'text/javascript', body: source });
  });
}

/** One effect for each id; fixes are durable at once. */
class Server {
  readonly effects: string[] = [];
  readonly fixes = new Map<string, Set<number>>();
  readonly stored = { commands: new Set<string>(), fixes: new Set<string>() };
  /** Every third reply is lost. */
  losesReplies = true;
  #requests = 0;

  request(event: string, body: Record<string, unknown>): object | null {
    this.#requests++;
    if (event === 'sync')
      return { ok: true, ack: [...this.#acks()].at(this.#requests % this.fixes.size) ?? null };
    if (event === 'location:update') {
      const boot = String(body.boot);
      const seqs = this.fixes.get(boot) ?? new Set();
      this.fixes.set(boot, seqs);
      for (const [seq] of body.fixes as [number][]) seqs.add(seq);
    } else {
      const id = String(body.commandId);
      if (!this.effects.includes(id)) this.effects.push(id);
    }
    return this.losesReplies && this.#requests % 3 === 0 ? null : { ok: true };
  }

  *#acks(): Iterable<object> {
    for (const [boot, seqs] of this.fixes) {
      const highest = Math.max(...seqs);
      yield { boot, received: highest, durable: highest, gaps: [] };
    }
  }
}

const inPage = (call: string) => `import('/mobile-sdk/test/browser-app.ts').then((app) => ${call})`;

describe.skipIf(executablePath === null)('the storage of browsers in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  const server = new Server();
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    context = await browser.newContext();
    await serve(context);
    await context.exposeFunction('serverRequest', (event: string, body: Record<string, unknown>) =>
      server.request(event, body),
    );
    await context.exposeFunction('noteStored', (log: 'commands' | 'fixes', text: string) => {
      const record = JSON.parse(text);
      if (log === 'commands') server.stored.commands.add(record.body.commandId);
      else for (const [seq] of record.fixes) server.stored.fixes.add(`${record.boot}/${seq}`);
    });
  });
  afterAll(() => browser?.close());

  async function opened(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${ORIGIN}/`);
    return page;
  }

  /** The renderer process dies, as when the system needs its memory. */
  async function crash(page: Page): Promise<void> {
    const crashed = page.waitForEvent('crash');
    const session = await context.newCDPSession(page);
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    await page.close();
  }

  it.each([true, false])(
    'SDK-50: IndexedDB passes the contract of a storage (Web Locks: %s)',
    async (useWebLocks) => {
      const page = await opened();
      expect(await page.evaluate(inPage(`app.runContract(${useWebLocks})`))).toEqual([]);
      await page.close();
    },
  );

  it('SDK-154: a connection that the browser closes without a word is opened again, and deleted data is noticed', async () => {
    const page = await opened();
    for (const useWebLocks of [true, false])
      expect(await page.evaluate(inPage(`app.loseConnections(${useWebLocks})`))).toEqual([
        ['"before"', '"after"'],
        true,
      ]);
    await page.close();
  });

  it('SDK-156: a window of the version before a release still loads its parts, and without a network the new version opens', async () => {
    const worker = stripTypeScriptTypes(
      await readFile(join(ROOT, 'apps/src/offline/service-worker.ts'), 'utf8'),
    );
    let version = 1;
    let isDown = false;
    const server = createServer((request, response) => {
      if (isDown) return void request.destroy();
      const part = `/apps/assets/part-${version}.js`;
      const files = ['/rider/', part, '/city/city.json'];
      const shell = `const SHELL = ${JSON.stringify({ app: 'rider', version: String(version), files })};`;
      const bodies: Record<string, [type: string, body: string]> = {
        '/rider/': ['text/html', `<!doctype html><title>version ${version}</title>`],
        '/rider/service-worker.js': ['text/javascript', `${shell}\n${worker}`],
        '/city/city.json': ['application/json', '{}'],
        [part]: ['text/javascript', `export default ${version};`],
      };
      const [type, body] = bodies[request.url ?? ''] ?? [];
      response.writeHead(type === undefined ? 404 : 200, { 'Content-Type': type ?? 'text/plain' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const own = await browser.newContext();
    const page = await own.newPage();
    const release = async () => {
      await page.evaluate(`(async () => {
        const changed = new Promise((resolve) =>
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
        const registration = await navigator.serviceWorker.register('/rider/service-worker.js');
        await registration.update();
        await changed;
      })()`);
    };
    const part = (number: number) =>
      page.evaluate(`import('/apps/assets/part-${number}.js').then((part) => part.default, () => 'missing')`);
    try {
      await page.goto(`http://127.0.0.1:${port}/rider/`);
      await release();
      version = 2;
      await release();
      expect(await part(1)).toBe(1);
      version = 3;
      await release();
      await expect
        .poll(() => page.evaluate('caches.keys()'), { timeout: 20_000 })
        .toEqual(['rideline-rider-2', 'rideline-rider-3']);
      isDown = true;
      await page.reload();
      expect(await page.title()).toBe('version 3');
      expect([await part(1), await part(2), await part(3)]).toEqual(['missing', 2, 3]);
    } finally {
      await own.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it('SDK-56: a second tab opens the store when the first one is gone, and not before', async () => {
    const first = await opened();
    await first.evaluate(inPage("app.holdStore('tabs')"));
    const second = await opened();
    const waiting = second.evaluate(inPage("app.holdStore('tabs')"));
    const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 500, 'waits'))]);
    expect(early).toBe('waits');
    await crash(first);
    expect(await waiting).toBe('open');
    await second.close();
  });

  it('SDK-61: a page that is killed while it stores, and opened again, delivers every stored command and fix', async () => {
    const page = await opened();
    const run = `{
      const one = app.startApp('boot-a');
      window.one = one;
      for (let n = 0; n < 90; n++) one.give('c' + n);
      window.taking = setInterval(() => { one.take(); void one.flush(); }, 2);
    }`;
    await page.evaluate(`import('/mobile-sdk/test/browser-app.ts').then((app) => ${run})`);
    await expect.poll(() => server.stored.fixes.size, { timeout: 20_000 }).toBeGreaterThan(20);
    await expect.poll(() => server.effects.length, { timeout: 20_000 }).toBeGreaterThan(1);
    await crash(page);
    expect(server.effects.length).toBeLessThan(90);
    server.losesReplies = false;
    const next = await opened();
    expect(await next.evaluate(inPage("app.startApp('boot-b').deliver()"))).toEqual([0, 0]);
    expect([...server.stored.commands].filter((id) => !server.effects.includes(id))).toEqual([]);
    expect(server.effects).toEqual(Array.from({ length: server.effects.length }, (_, n) => `c${n}`));
    expect(server.effects.length).toBe(server.stored.commands.size);
    const durable = server.fixes.get('boot-a') ?? new Set();
    expect([...server.stored.fixes].filter((key) => !durable.has(Number(key.split('/')[1])))).toEqual([]);
    await next.close();
  });
});
