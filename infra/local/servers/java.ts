import { installDebianPackages } from '../debian-packages.ts';
import { LaunchError } from '../launch-error.ts';
import { findProgram } from '../program-path.ts';

/** Debian's and Homebrew's names of what the last resorts need. Maven on Debian brings no compiler. */
const PACKAGES = {
  java: { debian: ['openjdk-17-jre-headless'], brew: ['openjdk@17'] },
  mvn: { debian: ['maven', 'openjdk-17-jdk-headless'], brew: ['maven'] },
} as const;

export type JavaProgram = keyof typeof PACKAGES;

export function packagesOf(name: JavaProgram): { debian: readonly string[]; brew: readonly string[] } {
  return PACKAGES[name];
}

/**
 * Java or Maven, installed when it is missing.
 * @returns the program's path
 * @throws LaunchError with the one command that helps
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
