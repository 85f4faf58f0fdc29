import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
};
type Packages = Readonly<Record<string, LockedPackage>>;

/**
 * Do the packages in node_modules match the lock file, by version and digest? npm records what it installed in a hidden lock
 * file of its own. Workspaces are links; optional packages of other platforms may be absent.
 */
export function installedMatches(locked: Packages, installed: Packages): boolean {
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    if (!found) return entry.optional === true;
    if (entry.link) return found.link === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * The first of the packages that npm installed which is not there any more; null when all are. A killed npm, or one that was run by hand,
 * leaves its records behind while packages are missing.
 */
export function missingPackage(root: string, installed: Packages): string | null {
  const found = Object.entries(installed).find(
    ([path, { link }]) =>
      path.startsWith('node_modules/') && !existsSync(join(root, path, link ? '' : 'package.json')),
  );
  return found?.[0] ?? null;
}

function packagesOf(file: string): Packages | null {
  if (!existsSync(file)) return null;
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { packages?: Packages }).packages ?? null;
  } catch (error) {
    // Half written: as good as none.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What is installed, as the stamp says it: written last, after everything was found in place. */
const stampOf = (root: string): string => join(root, 'node_modules/.rideline-lock');

/**
 * Whether nothing has to be installed in the checkout `root`. The stamp saves comparing every version and digest; that the packages are in
 * place is looked at each time (about 10 ms).
 */
export function isInstalled(root: string): boolean {
  const lockFile = join(root, 'package-lock.json');
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (!existsSync(lockFile) || installed === null || missingPackage(root, installed) !== null) return false;
  const digest = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  const stamp = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === digest) return true;
  const locked = packagesOf(lockFile);
  if (locked === null || !installedMatches(locked, installed)) return false;
  writeFileSync(stamp, `${digest}\n`);
  return true;
}

/** `./rideline` calls this before anything is installed, so it imports nothing from node_modules. Exit 0: nothing to install. */
if (import.meta.main) process.exitCode = isInstalled(process.argv[2] ?? '.') ? 0 : 1;
