import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const SDK_FOLDER = join(import.meta.dirname, '..');
export const ENTRY_FOLDER = join(SDK_FOLDER, 'src/entries');

/** What each entry may load besides the SDK's own files, and where it must run. Everything else in the package is for phones. */
export type EntryPlatform = 'phone' | 'react' | 'node' | 'browser';

const PLATFORM_OF: Readonly<Record<string, EntryPlatform>> = {
  react: 'react',
  node: 'node',
  browser: 'browser',
};

export interface Entry {
  /** `index` for `.`, otherwise the name after `./`. */
  readonly name: string;
  /** As an app imports it, e.g. `@rideline/sdk/driver`. */
  readonly specifier: string;
  /** Its key in `exports`. */
  readonly subpath: string;
  readonly source: string;
  readonly platform: EntryPlatform;
}

/** The entries of the package: the files of `src/entries`, in the order of their names. */
export function entries(): Entry[] {
  return readdirSync(ENTRY_FOLDER)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
    .map((name) => ({
      name,
      specifier: name === 'index' ? '@rideline/sdk' : `@rideline/sdk/${name}`,
      subpath: name === 'index' ? '.' : `./${name}`,
      source: join(ENTRY_FOLDER, `${name}.ts`),
      platform: PLATFORM_OF[name] ?? 'phone',
    }));
}
