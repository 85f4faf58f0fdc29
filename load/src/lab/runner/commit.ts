import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '@rideline/infra/local/paths';

/** Of the checkout; `unknown` outside a git repository. */
export async function commitOf(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', ROOT, 'describe', '--always', '--dirty'], {
      timeout: 10_000,
    });
    return stdout.trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
