import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FILE_TYPES, openPageFile, type PageFile } from './page-files.ts';

/** Vite puts files with a hash in their name into `assets/`: they never change; all others may with the next build. */
const HASHED = /\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
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
        throw new Error(`more than ${MAX_FILES} files in ${root}: it must be a built page`);
      const cacheControl = HASHED.test(address) ? FOR_EVER : ASK_EACH_TIME;
      files.set(address, await openPageFile(path, type, cacheControl));
    }
  }
  return files;
}

/**
 * The files of a built page by URL path, read again when `mark`, a file that each build writes, has changed: a new build is served without
 * a restart.
 */
export function builtFiles(root: string, mark: string): () => Promise<Map<string, PageFile>> {
  let files = new Map<string, PageFile>();
  let markModifiedMs = -1;
  return async () => {
    const { mtimeMs } = await stat(join(root, mark));
    if (mtimeMs !== markModifiedMs) {
      files = await listFiles(root);
      markModifiedMs = mtimeMs;
    }
    return files;
  };
}
