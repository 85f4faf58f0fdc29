import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Middleware } from 'koa';
import { API_PAGE_POLICY } from '../http/security-headers.ts';
import { FILE_TYPES, openPageFile, type PageFile, sendFile } from './page-files.ts';

const OURS = join(import.meta.dirname, '../../page');
const SWAGGER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The file names have no hash: browsers revalidate each time and mostly get 304. */
const ASK_EACH_TIME = 'no-cache';

/** URL path → file; no other files are served. */
const FILES: Readonly<Record<string, string>> = {
  '/docs': join(OURS, 'index.html'),
  '/docs/start.js': join(OURS, 'start.js'),
  '/docs/page.css': join(OURS, 'page.css'),
  '/docs/events': join(OURS, 'events.html'),
  '/docs/events.js': join(OURS, 'events.js'),
  '/docs/swagger-ui.css': join(SWAGGER, 'swagger-ui.css'),
  '/docs/swagger-ui-bundle.js': join(SWAGGER, 'swagger-ui-bundle.js'),
};

/** The pages at `/docs` to read and try the API (Swagger UI) and at `/docs/events` to read the socket events, from local files. */
export function apiPage(): Middleware {
  const opened = new Map<string, Promise<PageFile>>();
  return async (ctx, next) => {
    const address = /^\/docs(?:\/events)?\/$/.test(ctx.path) ? ctx.path.slice(0, -1) : ctx.path;
    const file = FILES[address];
    if (file === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.state.route = '/docs';
    const found =
      opened.get(address) ?? openPageFile(file, FILE_TYPES[extname(file)] ?? 'text/plain', ASK_EACH_TIME);
    opened.set(address, found);
    ctx.status = 200;
    ctx.set('Content-Security-Policy', API_PAGE_POLICY);
    await sendFile(ctx, await found);
  };
}
