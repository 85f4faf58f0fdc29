import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'koa';

/** Compressed at first use and then kept in memory: a built page has a few megabytes of text. */
const PACKED_FROM_BYTES = 1024;
const PACKED_TO_BYTES = 8 * 1024 * 1024;
const NOT_PACKED = /^(image\/(?!svg)|font\/woff2)/;
/** Brotli quality. Once per build, so it may be slow; but 11 takes seconds for a megabyte. */
const BROTLI_QUALITY = 9;

export const FILE_TYPES: Readonly<Record<string, string>> = {
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

/** One served file of a page. */
export interface PageFile {
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
  // A file that could not be read is retried with the next request.
  made.catch(() => found.packed.delete(packing));
  return made;
}

export async function openPageFile(file: string, type: string, cacheControl: string): Promise<PageFile> {
  const { size, mtime } = await stat(file);
  return {
    file,
    type,
    size,
    etag: `"${size.toString(36)}-${mtime.getTime().toString(36)}"`,
    modified: mtime,
    cacheControl,
    packed: new Map(),
  };
}

/** The file as it is now: the same object unless it was replaced, whose length and ETag would otherwise be sent with new bytes. */
export async function currentFile(found: PageFile): Promise<PageFile> {
  const { size, mtime } = await stat(found.file);
  if (size === found.size && mtime.getTime() === found.modified.getTime()) return found;
  return openPageFile(found.file, found.type, found.cacheControl);
}

/** Answers with the file in the client's preferred encoding. */
export async function sendFile(ctx: Context, found: PageFile): Promise<void> {
  const packing = isPackable(found) ? ctx.acceptsEncodings('br', 'gzip', 'identity') : 'identity';
  if (isPackable(found)) ctx.vary('Accept-Encoding');
  ctx.compress = false;
  ctx.set('Cache-Control', found.cacheControl);
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
