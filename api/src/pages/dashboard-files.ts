import { extname } from 'node:path';
import type { Logger } from '@rideline/platform/process/logger';
import type { Middleware } from 'koa';
import { pagePolicy } from '../http/security-headers.ts';
import { builtFiles } from './built-files.ts';
import { currentFile, type PageFile, sendFile } from './page-files.ts';

/**
 * Serves the built dashboard. A URL path is looked up in the list of existing files and is never joined to a file path, so no
 * spelling of `..` leaves the folder. Paths of the page itself (without an extension) get index.html.
 */
export function dashboardFiles(root: string, log: Logger, pictureOrigin: string | undefined): Middleware {
  const list = builtFiles(root, 'index.html');
  const policy = pagePolicy(pictureOrigin);
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    let files: Map<string, PageFile>;
    try {
      files = await list();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the dashboard is not built');
      return next();
    }
    const isPage = ctx.path === '/' || (extname(ctx.path) === '' && ctx.get('Accept').includes('text/html'));
    const found = files.get(ctx.path) ?? (isPage ? files.get('/index.html') : undefined);
    if (found === undefined) return next();
    ctx.state.route = 'page';
    ctx.status = 200;
    ctx.set('Content-Security-Policy', policy);
    const current = await currentFile(found);
    if (current !== found) files.set(files.has(ctx.path) ? ctx.path : '/index.html', current);
    await sendFile(ctx, current);
  };
}
