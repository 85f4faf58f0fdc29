/**
 * The app's service worker: keeps the files of the app, so that it opens without a network. It never answers for the API or the sockets: what
 * the app shows of trips comes from the server or is marked as old by the app itself.
 */

/** Written before this file by build/service-workers.ts. */
declare const SHELL: { readonly app: string; readonly version: string; readonly files: readonly string[] };

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface NotificationClick extends ExtendableEvent {
  readonly notification: Notification;
}
/** What this file uses of ServiceWorkerGlobalScope: the page's types and those of a worker exclude each other. */
interface Worker {
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: NotificationClick) => void): void;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window' }): Promise<{ focus(): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
}
const worker = globalThis as unknown as Worker;

const PREFIX = `rideline-${SHELL.app}-`;
const CACHE = `${PREFIX}${SHELL.version}`;
const PAGE = `/${SHELL.app}/`;
const CITY = '/city/';
/** A network that answers later than this is treated as none: the kept page is shown. */
const PAGE_TIMEOUT_MS = 3000;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...SHELL.files]).then(() => keepCity(cache)))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOldVersions().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (pathname.startsWith('/apps/') || pathname.startsWith(PAGE)) event.respondWith(kept(request));
  else if (pathname.startsWith(CITY)) event.respondWith(keptThenRenewed(request, event));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showApp());
});

/**
 * Keeps the version before: a window that was opened with it still loads parts of it, such as the map after signing in, which the server no
 * longer has (facebook/create-react-app #3613, vitejs/vite #11804).
 */
async function removeOldVersions(): Promise<void> {
  // In the order in which they were made.
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
}

/** The page from the network, so that a new release is seen at once; the kept one without a network. */
async function page(request: Request): Promise<Response> {
  const stored = await storedAnswer(PAGE);
  if (stored === undefined) return fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) });
    return answer.status >= 500 ? stored : answer;
  } catch {
    // No network, or one that is too slow: this is what the kept page is for.
    return stored;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await storedAnswer(request)) ?? fetch(request);
}

/** Of this version, if it has it. */
async function storedAnswer(request: Request | string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? caches.match(request);
}

/** The first visit loads the city before this worker answers for it. Without a city the app works, with a notice instead of its map. */
async function keepCity(cache: Cache): Promise<void> {
  try {
    const answer = await fetch(`${CITY}city.json`);
    const { map } = (await answer.clone().json()) as { map: string };
    await cache.put(`${CITY}city.json`, answer);
    await cache.add(CITY + map);
  } catch {
    // The next start with a network keeps it.
  }
}

/** The city is replaced without a new release of the app: the kept one is shown, and the next start shows the new one. */
async function keptThenRenewed(request: Request, event: ExtendableEvent): Promise<Response> {
  const cache = await caches.open(CACHE);
  const stored = await cache.match(request);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  });
  if (stored === undefined) return fresh;
  // Without a network the kept city stays.
  event.waitUntil(fresh.catch(() => undefined));
  return stored;
}

async function showApp(): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: 'window' });
  await (open === undefined ? worker.clients.openWindow(PAGE) : open.focus());
}
