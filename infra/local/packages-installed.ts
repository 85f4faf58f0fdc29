import { existsSync, readFileSync } from 'node:fs';
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

function packagesOf(file: string): Packages | null {
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages }).packages
    : null;
}

/** `./rideline` calls this before anything is installed, so it imports nothing from node_modules. Exit 0: nothing to install. */
if (import.meta.main) {
  const root = process.argv[2] ?? '.';
  const locked = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  process.exitCode = locked && installed && installedMatches(locked, installed) ? 0 : 1;
}
