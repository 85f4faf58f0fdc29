import { installDebianPackages } from '../debian-packages.ts';
import { LaunchError } from '../launch-error.ts';
import { findProgram } from '../program-path.ts';

/** Debian's and Homebrew's packages for the stand-ins. Debian's Maven does not include a compiler. */
const PACKAGES = {
  java: { debian: ['openjdk-17-jre-headless'], brew: ['openjdk@17'] },
  mvn: { debian: ['maven', 'openjdk-17-jdk-headless'], brew: ['maven'] },
} as const;

export type JavaProgram = keyof typeof PACKAGES;

export function packagesOf(name: JavaProgram): { debian: readonly string[]; brew: readonly string[] } {
  return PACKAGES[name];
}

/**
 * Installs Java or Maven when it is missing.
 * @returns the program's path
 * @throws LaunchError with the command that installs it by hand
 */
export async function ensureJavaProgram(
  name: JavaProgram,
  onProgress: (line: string) => void,
): Promise<string> {
  const found = findProgram(name);
  if (found) return found;
  const { debian, brew } = PACKAGES[name];
  onProgress(`installing ${debian.join(', ')} (Debian's packages)`);
  await installDebianPackages(debian, brew);
  const installed = findProgram(name);
  if (!installed) throw new LaunchError(`${name} is missing`, `Install ${debian.join(' ')}`);
  return installed;
}

/** Java reads and writes the names of files in the character set of the locale: in that of `C`, a folder with an é does not exist. */
export const UTF8_PATHS = { LC_ALL: 'C.UTF-8' } as const;
