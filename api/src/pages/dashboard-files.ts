import { extname } from 'node:path';
import type { Logger } from '@rideline/platform/process/logger';
import type { Middleware } from 'koa';
import { pagePolicy } from '../http/security-headers.ts';
import { builtFiles } from './built-files.ts';
import { currentFile, type PageFile, sendFile } from './page-files.ts';

/** The page of a share link. Its path has the link's secret: it is not logged, and no search engine may keep it. */
const SHARE_PATH = /^\/s\/[^/]+$/;
const SHARE_FILE = '/share.html';

/**
 * Serves the built dashboard. A URL path is looked up in the list of existing files and is never joined to a file path, so no
 * spelling of `..` leaves the folder. Paths of the page itself (without an extension) get index.html.
 */
export function dashboardFiles(root: string, log: Logger, pictureOrigin: string | undefined): Middleware {
  const list = builtFiles(root, 'index.html');
  const policy = pagePolicy(pictureOrigin);
  const sharePolicy = pagePolicy(undefined);
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    let files: Map<string, PageFile>;
    try {
      files = await list();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the dashboard is not built');
      return next();
    }
    const isShare = SHARE_PATH.test(ctx.path);
    const isPage = ctx.path === '/' || (extname(ctx.path) === '' && ctx.get('Accept').includes('text/html'));
    const address = isShare ? SHARE_FILE : files.has(ctx.path) || !isPage ? ctx.path : '/index.html';
    const found = files.get(address);
    if (found === undefined) return next();
    ctx.state.route = isShare ? '/s/:share' : 'page';
    ctx.status = 200;
    ctx.set('Content-Security-Policy', isShare ? sharePolicy : policy);
    if (isShare) ctx.set('X-Robots-Tag', 'noindex, nofollow');
    const current = await currentFile(found);
    if (current !== found) files.set(address, current);
    await sendFile(ctx, current);
    // A copy would be kept under an address with the secret.
    if (isShare) ctx.set('Cache-Control', 'no-store');
  };
}
