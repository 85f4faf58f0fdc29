import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { type ProgramResult, runProgram } from './run-program.ts';

/** A copy of this checkout with its own `.rideline`, so that a test of the command line does not touch a running cluster. */
export type Checkout = {
  readonly folder: string;
  /** Runs `./rideline ARGS…` in it. */
  readonly rideline: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<ProgramResult>;
  /** `down`, then removes it. */
  readonly remove: () => Promise<void>;
};

/** The replay's data and the page's map are large and not needed; without index.html no page is built. */
const EXCLUDED = ['load/data/', 'dashboard/', 'apps/', 'docs/'];
const COMMAND_MS = 240_000;
/** People keep checkouts in folders like this one: the launcher's tests run in it. */
const ODD_FOLDER = 'my "rides" é #1 50%41? ';
/** Vitest, like the dashboard's build, cannot import from a path with # or ?. */
export const PLAIN_FOLDER = 'rides-';

function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const isIncluded = (file: string): boolean =>
    file !== '' && !EXCLUDED.some((folder) => file.startsWith(folder));
  return listed.split('\0').filter((file) => isIncluded(file) && existsSync(join(ROOT, file)));
}

function copyInto(folder: string): void {
  for (const file of sourceFiles()) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, '.rideline'));
  mkdirSync(join(ROOT, '.rideline/tools'), { recursive: true });
  // Java's jar and Node are shared, because they are downloads and not state.
  symlinkSync(join(ROOT, '.rideline/tools'), join(folder, '.rideline/tools'));
}

export function createCheckout(folderPrefix = ODD_FOLDER): Checkout {
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  copyInto(folder);
  const rideline: Checkout['rideline'] = (args, env = {}) =>
    runProgram('./rideline', args, {
      cwd: folder,
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env },
      timeoutMs: COMMAND_MS,
    });
  return {
    folder,
    rideline,
    remove: async () => {
      await rideline(['down']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
