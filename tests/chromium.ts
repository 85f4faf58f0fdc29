import { installDebianPackages } from '@rideline/infra/local/debian-packages';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { findProgram } from '@rideline/infra/local/program-path';

/** The browser that tests of the dashboard drive; null when there is none (they are then skipped, with the reason). */
export function chromiumPath(): string | null {
  return findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

export const NO_CHROMIUM = 'no chromium here: sudo apt-get install chromium';

/** Installs Debian's chromium when it is missing and that is possible; says so when it is not. */
export async function ensureChromium(onProgress: (line: string) => void): Promise<void> {
  if (chromiumPath()) return;
  onProgress("installing chromium (Debian's package)");
  try {
    await installDebianPackages(['chromium']);
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    onProgress(`${error.message}: the tests that need a browser are skipped`);
  }
}
