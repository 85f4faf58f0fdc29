import { extname } from 'node:path';
import type { Logger } from '@rideline/platform/process/logger';
import type { Middleware } from 'koa';
import { APP_PERMISSIONS, appPolicy } from '../http/security-headers.ts';
import { builtFiles } from './built-files.ts';
import { currentFile, type PageFile, sendFile } from './page-files.ts';

/** The driver app, the rider app, and what both load. */
const OF_THE_APPS = /^\/(driver|rider|apps)(\/|$)/;
/** A service worker controls the paths below its own: an app at `/driver` would be outside of `/driver/`. */
const WITHOUT_SLASH = /^\/(driver|rider)$/;

/**
 * Serves the built driver and rider apps at `/driver/` and `/rider/`, their scripts at `/apps/assets/`. A URL path is looked up in the list
 * of existing files. Paths of an app (without an extension) get its index.html.
 */
export function appFiles(root: string, log: Logger, objectStore: string | undefined): Middleware {
  const list = builtFiles(root, 'driver/index.html');
  const policy = appPolicy(objectStore);
  return async (ctx, next) => {
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || !OF_THE_APPS.test(ctx.path)) return next();
    let files: Map<string, PageFile>;
    try {
      files = await list();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the apps are not built');
      return next();
    }
    ctx.state.route = 'app';
    if (WITHOUT_SLASH.test(ctx.path)) {
      ctx.status = 308;
      ctx.set('Location', `${ctx.path}/`);
      ctx.body = '';
      return;
    }
    const address = addressIn(files, ctx.path, ctx.get('Accept'));
    const found = files.get(address);
    if (found === undefined) return next();
    ctx.status = 200;
    ctx.set('Content-Security-Policy', policy);
    ctx.set('Permissions-Policy', APP_PERMISSIONS);
    const current = await currentFile(found);
    if (current !== found) files.set(address, current);
    await sendFile(ctx, current);
  };
}

function addressIn(files: ReadonlyMap<string, PageFile>, path: string, accept: string): string {
  if (files.has(path)) return path;
  const [, app] = path.split('/');
  const isPage = path === `/${app}/` || (extname(path) === '' && accept.includes('text/html'));
  return isPage ? `/${app}/index.html` : path;
}
