import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Logger } from '@rideline/platform/process/logger';
import type { Middleware } from 'koa';
import { pagePolicy } from '../http/security-headers.ts';
import { currentFile, FILE_TYPES, openPageFile, type PageFile, sendFile } from './page-files.ts';

/** Vite puts files with a hash in their name into `assets/`: they never change; all others may with the next build. */
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';
const MAX_FILES = 2000;
const MAX_DEPTH = 8;

/** URL path → file, for every regular file of a known type below `root`. Symbolic links are not followed. */
async function listFiles(root: string): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const folders: { path: string; address: string; depth: number }[] = [{ path: root, address: '', depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder.path, { withFileTypes: true })) {
      const path = join(folder.path, entry.name);
      const address = `${folder.address}/${entry.name}`;
      if (entry.isDirectory() && folder.depth < MAX_DEPTH)
        folders.push({ path, address, depth: folder.depth + 1 });
      const type = FILE_TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      if (files.size >= MAX_FILES)
        throw new Error(`more than ${MAX_FILES} files in ${root}: it must be a built dashboard`);
      const cacheControl = HASHED.test(address) ? FOR_EVER : ASK_EACH_TIME;
      files.set(address, await openPageFile(path, type, cacheControl));
    }
  }
  return files;
}

/** The list of files, read again when index.html has changed: a new build is served without a restart. */
function fileList(root: string) {
  let files = new Map<string, PageFile>();
  let indexModifiedMs = -1;
  return async (): Promise<Map<string, PageFile>> => {
    const { mtimeMs } = await stat(join(root, 'index.html'));
    if (mtimeMs !== indexModifiedMs) {
      files = await listFiles(root);
      indexModifiedMs = mtimeMs;
    }
    return files;
  };
}

/**
 * Serves the built dashboard. A URL path is looked up in the list of existing files and is never joined to a file path, so no
 * spelling of `..` leaves the folder. Paths of the page itself (without an extension) get index.html.
 */
export function dashboardFiles(root: string, log: Logger, pictureOrigin: string | undefined): Middleware {
  const list = fileList(root);
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
