import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from './file-lock.ts';
import { LaunchError } from './launch-error.ts';
import { ROOT, STATE_DIR } from './paths.ts';

const DASHBOARD = join(ROOT, 'dashboard');
const DIST = join(DASHBOARD, 'dist');
const STAMP = join(DIST, '.built-from');
const NOT_SOURCES = new Set(['dist', 'node_modules', '.vite']);

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (entry.isFile()) yield path;
  }
}

/** A digest that changes when a source file of the page or of the contract is added, removed or modified. */
function sourceFingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of [DASHBOARD, join(ROOT, 'packages/contract/src')]) {
    for (const file of [...sourceFiles(folder)].sort()) {
      const { size } = statSync(file);
      hash.update(`${relative(ROOT, file)} ${size} `).update(size < 2_000_000 ? readFileSync(file) : '');
    }
  }
  return hash.digest('hex');
}

function isFresh(fingerprint: string): boolean {
  return (
    existsSync(join(DIST, 'index.html')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint
  );
}

/**
 * Vite takes paths for parts of URLs, which `#` and `?` end, and of patterns, in which brackets and `\\` are special; it then reports files that it
 * cannot read.
 * @throws LaunchError when the dashboard has to be built in such a folder
 */
export function refuseUnbuildable(root = ROOT): void {
  if (!/[#?[{\\]/.test(root) || !existsSync(join(root, 'dashboard/index.html'))) return;
  if (root === ROOT && isFresh(sourceFingerprint())) return;
  throw new LaunchError(
    `the dashboard cannot be built in a folder whose path contains one of # ? [ { \\: ${root}`,
    'Rename or move the folder',
  );
}

/**
 * Builds the dashboard when it is missing or its sources have changed.
 * @returns the folder of the built files; null when the checkout has no page
 * @throws LaunchError with the end of the build's output
 */
export async function builtDashboard(onProgress: (line: string) => void): Promise<string | null> {
  if (!existsSync(join(DASHBOARD, 'index.html'))) return null;
  const fingerprint = sourceFingerprint();
  if (isFresh(fingerprint)) return DIST;
  const lock = join(STATE_DIR, 'dashboard.lock');
  await withFileLock(
    lock,
    () => onProgress('waiting for another build of the page'),
    async () => {
      if (isFresh(fingerprint)) return;
      onProgress('building the dashboard');
      try {
        const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
        await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
          cwd: DASHBOARD,
          env: { ...process.env, NODE_ENV: 'production' },
          maxBuffer: 16_000_000,
        });
        writeFileSync(STAMP, fingerprint);
      } catch (error) {
        const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
        const tail = (`${stdout}${stderr}`.trim() || message).split('\n').slice(-12);
        throw new LaunchError('the dashboard could not be built', 'Fix its sources in dashboard/', tail);
      }
    },
  );
  return DIST;
}
