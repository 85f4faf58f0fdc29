import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The oldest Node that the SDK promises. */
export const OLDEST_NODE = 20;

/** The first Node of that major version on the PATH, or null. */
export function nodeOfMajor(major: number): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const found = [process.execPath, ...candidates].find((program) => {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    return stdout?.startsWith(`v${major}.`);
  });
  return found ?? null;
}
