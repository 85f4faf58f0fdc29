import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Logger } from '@rideline/platform/telemetry';
import type { Context, Middleware } from 'koa';
import { pagePolicy } from './security-headers.ts';

/** Vite puts what has a hash in its name into `assets/`: such a file never changes, all others may with the next build. */
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';
/** Packed at first use and then kept in memory: a built page has a few megabytes of text. */
const PACKED_FROM_BYTES = 1024;
const PACKED_TO_BYTES = 8 * 1024 * 1024;
const NOT_PACKED = /^(image\/(?!svg)|font\/woff2)/;
/** Once for each build, so it may take its time; 11 takes seconds for a megabyte. */
const BROTLI_QUALITY = 9;
const MAX_FILES = 2000;
const MAX_DEPTH = 8;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.pbf': 'application/x-protobuf',
  '.txt': 'text/plain; charset=utf-8',
};

interface PageFile {
  readonly file: string;
  readonly type: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
  readonly cacheControl: string;
  readonly packed: Map<Packing, Promise<Buffer>>;
}

type Packing = 'br' | 'gzip';
const PACK: Readonly<Record<Packing, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: promisify(gzip),
};

function isPackable({ type, size }: PageFile): boolean {
  return size >= PACKED_FROM_BYTES && size <= PACKED_TO_BYTES && !NOT_PACKED.test(type);
}

function packedOf(found: PageFile, packing: Packing): Promise<Buffer> {
  const before = found.packed.get(packing);
  if (before !== undefined) return before;
  const made = readFile(found.file).then(PACK[packing]);
  found.packed.set(packing, made);
  // A file that could not be read is tried again with the next request.
  made.catch(() => found.packed.delete(packing));
  return made;
}

/** The file as this client reads it best. */
async function sendFile(ctx: Context, found: PageFile): Promise<void> {
  const packing = isPackable(found) ? ctx.acceptsEncodings('br', 'gzip', 'identity') : 'identity';
  if (isPackable(found)) ctx.vary('Accept-Encoding');
  ctx.compress = false;
  ctx.lastModified = found.modified;
  ctx.type = found.type;
  if (packing !== 'br' && packing !== 'gzip') {
    ctx.etag = found.etag;
    if (ctx.fresh) ctx.status = 304;
    else {
      ctx.length = found.size;
      ctx.body = createReadStream(found.file);
    }
    return;
  }
  ctx.etag = found.etag.replace(/"$/, `-${packing}"`);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.set('Content-Encoding', packing);
  ctx.body = await packedOf(found, packing);
  ctx.type = found.type;
}

/** Address → file, for every plain file of a known type below `root`. Links are not followed. */
async function listFiles(root: string): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const folders: { path: string; address: string; depth: number }[] = [{ path: root, address: '', depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder.path, { withFileTypes: true })) {
      const path = join(folder.path, entry.name);
      const address = `${folder.address}/${entry.name}`;
      if (entry.isDirectory() && folder.depth < MAX_DEPTH)
        folders.push({ path, address, depth: folder.depth + 1 });
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      if (files.size >= MAX_FILES)
        throw new Error(`more than ${MAX_FILES} files in ${root}: is it a built page?`);
      const { size, mtime } = await stat(path);
      files.set(address, {
        file: path,
        type,
        size,
        etag: `"${size.toString(36)}-${mtime.getTime().toString(36)}"`,
        modified: mtime,
        cacheControl: HASHED.test(address) ? FOR_EVER : ASK_EACH_TIME,
        packed: new Map(),
      });
    }
  }
  return files;
}

/** The list of files, read again when index.html is another one than at the last look: a new build is served without a restart. */
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
 * Serves the built operator's page. An address is looked up in the list of files that are there and is never joined to a path, so no
 * spelling of `..` leads out of the folder. Addresses of the page itself (without an extension) get index.html.
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
      log.warn({ reason: (error as Error).message }, 'the operator page is not built');
      return next();
    }
    const isPage = ctx.path === '/' || (extname(ctx.path) === '' && ctx.get('Accept').includes('text/html'));
    const found = files.get(ctx.path) ?? (isPage ? files.get('/index.html') : undefined);
    if (found === undefined) return next();
    ctx.state.route = 'page';
    ctx.status = 200;
    ctx.set('Content-Security-Policy', policy);
    ctx.set('Cache-Control', found.cacheControl);
    await sendFile(ctx, found);
  };
}
