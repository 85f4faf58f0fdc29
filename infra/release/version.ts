const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

export type Bump = 'major' | 'minor' | 'patch';

function numbersOf(version: string): readonly [number, number, number] | null {
  const match = VERSION.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null;
}

/**
 * The version to release: a bump of `current`, or the version that was asked for.
 * @returns null when `requested` is neither, or not above `current`
 */
export function nextVersion(current: string, requested: string): string | null {
  const [major, minor, patch] = numbersOf(current) ?? [0, 0, 0];
  if (requested === 'major') return `${major + 1}.0.0`;
  if (requested === 'minor') return `${major}.${minor + 1}.0`;
  if (requested === 'patch') return `${major}.${minor}.${patch + 1}`;
  const asked = numbersOf(requested);
  if (!asked) return null;
  const [first, second, third] = asked;
  const isAbove = first !== major ? first > major : second !== minor ? second > minor : third > patch;
  return isAbove ? requested : null;
}

type Manifest = {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

function setVersion(manifest: Manifest, version: string): void {
  manifest.version = version;
  for (const list of [manifest.dependencies, manifest.devDependencies])
    for (const name of Object.keys(list ?? {}))
      if (list && name.startsWith('@rideline/')) list[name] = version;
}

/** A package.json with its version and those of the projects it depends on set. */
export function bumpManifest(text: string, version: string): string {
  const manifest = JSON.parse(text) as Manifest;
  setVersion(manifest, version);
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Sources that name the version of a client, as `rideline-js/0.1.0`. */
export const SOURCES_WITH_VERSION = [
  'dashboard/src/feed/connection.ts',
  'dashboard/src/share/follow-share.ts',
  'infra/local/token.ts',
  'load/artillery/src/connection.ts',
  'mobile-sdk/src/diagnostics/sdk-name.ts',
  'tests/integration/launcher.test.ts',
];

export function bumpSource(text: string, current: string, version: string): string {
  return text.replaceAll(`/${current}'`, `/${version}'`);
}

/** The lock file with the versions of the workspaces set; what is installed stays as it is. */
export function bumpLock(text: string, version: string): string {
  const lock = JSON.parse(text) as Manifest & { packages: Record<string, Manifest> };
  lock.version = version;
  for (const [path, entry] of Object.entries(lock.packages))
    if (!path.includes('node_modules/')) setVersion(entry, version);
  return `${JSON.stringify(lock, null, 2)}\n`;
}
