import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from './file-lock.ts';
import { LaunchError } from './launch-error.ts';
import { ROOT, STATE_DIR } from './paths.ts';

/** A folder that Vite builds. */
interface PageProject {
  /** As messages name it. */
  readonly title: string;
  readonly folder: string;
  /** A source file without which the checkout has no such page; in the built folder, a file that each build writes. */
  readonly entry: string;
  /** Folders whose files are part of the page. */
  readonly sources: readonly string[];
}

const DASHBOARD: PageProject = {
  title: 'the dashboard',
  folder: 'dashboard',
  entry: 'index.html',
  sources: ['dashboard', 'packages/contract/src'],
};
const APPS: PageProject = {
  title: 'the driver and rider apps',
  folder: 'apps',
  entry: 'driver/index.html',
  // The map comes from the dashboard.
  sources: ['apps', 'dashboard/src/map', 'dashboard/build', 'mobile-sdk/src', 'packages/contract/src'],
};

/** Folders of the built pages that the API serves; null when the checkout has no such page. */
export interface BuiltPages {
  readonly dashboardDir: string | null;
  readonly appsDir: string | null;
}

const NOT_SOURCES = new Set(['dist', 'node_modules', '.vite']);

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (entry.isFile()) yield path;
  }
}

/** A digest that changes when a source file of the page is added, removed or modified. */
function sourceFingerprint({ sources }: PageProject): string {
  const hash = createHash('sha256');
  for (const folder of sources) {
    for (const file of [...sourceFiles(join(ROOT, folder))].sort()) {
      const { size } = statSync(file);
      hash.update(`${relative(ROOT, file)} ${size} `).update(size < 2_000_000 ? readFileSync(file) : '');
    }
  }
  return hash.digest('hex');
}

const distOf = ({ folder }: PageProject): string => join(ROOT, folder, 'dist');
const stampOf = (page: PageProject): string => join(distOf(page), '.built-from');

function isFresh(page: PageProject, fingerprint: string): boolean {
  return (
    existsSync(join(distOf(page), page.entry)) &&
    existsSync(stampOf(page)) &&
    readFileSync(stampOf(page), 'utf8') === fingerprint
  );
}

/**
 * Vite takes paths for parts of URLs, which `#` and `?` end, and of patterns, in which brackets and `\\` are special; it then reports files that it
 * cannot read.
 * @throws LaunchError when a page has to be built in such a folder
 */
export function refuseUnbuildable(root = ROOT): void {
  if (!/[#?[{\\]/.test(root)) return;
  for (const page of [DASHBOARD, APPS]) {
    if (!existsSync(join(root, page.folder, page.entry))) continue;
    if (root === ROOT && isFresh(page, sourceFingerprint(page))) continue;
    throw new LaunchError(
      `${page.title} cannot be built in a folder whose path contains one of # ? [ { \\: ${root}`,
      'Rename or move the folder',
    );
  }
}

/**
 * Builds the dashboard and the apps where they are missing or their sources have changed.
 * @throws LaunchError with the end of the build's output
 */
export async function builtPages(onProgress: (line: string) => void): Promise<BuiltPages> {
  const [dashboardDir, appsDir] = await Promise.all([built(DASHBOARD, onProgress), built(APPS, onProgress)]);
  return { dashboardDir, appsDir };
}

async function built(page: PageProject, onProgress: (line: string) => void): Promise<string | null> {
  if (!existsSync(join(ROOT, page.folder, page.entry))) return null;
  const fingerprint = sourceFingerprint(page);
  if (isFresh(page, fingerprint)) return distOf(page);
  await withFileLock(
    join(STATE_DIR, `${page.folder}.lock`),
    () => onProgress(`waiting for another build of ${page.title}`),
    async () => {
      if (isFresh(page, fingerprint)) return;
      onProgress(`building ${page.title}`);
      await runVite(page);
      writeFileSync(stampOf(page), fingerprint);
    },
  );
  return distOf(page);
}

async function runVite({ title, folder }: PageProject): Promise<void> {
  try {
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: join(ROOT, folder),
      env: { ...process.env, NODE_ENV: 'production' },
      maxBuffer: 16_000_000,
    });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const tail = (`${stdout}${stderr}`.trim() || message).split('\n').slice(-12);
    throw new LaunchError(`${title} could not be built`, `Fix the sources in ${folder}/`, tail);
  }
}
