import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';

export type CommandResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A copy of this checkout with a `.rideline` of its own, so that a test of the command line meets nobody's cluster. */
export type Checkout = {
  readonly folder: string;
  /** Runs `./rideline ARGS…` in it. */
  readonly rideline: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<CommandResult>;
  /** `down`, then removes it. */
  readonly remove: () => Promise<void>;
};

/** The replay's data and the page's map are large and not needed here; without index.html no page is built. */
const LEFT_OUT = ['load/data/', 'dashboard/', 'docs/'];
const COMMAND_MS = 110_000;

function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const wanted = (file: string): boolean =>
    file !== '' && !LEFT_OUT.some((folder) => file.startsWith(folder));
  return listed.split('\0').filter((file) => wanted(file) && existsSync(join(ROOT, file)));
}

function copyInto(folder: string): void {
  for (const file of sourceFiles()) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, '.rideline'));
  mkdirSync(join(ROOT, '.rideline/tools'), { recursive: true });
  // Java's jar and Node are shared: they are downloads, not state.
  symlinkSync(join(ROOT, '.rideline/tools'), join(folder, '.rideline/tools'));
}

function run(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('./rideline', args, {
      cwd: folder,
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

export function makeCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'co-'));
  copyInto(folder);
  const rideline: Checkout['rideline'] = (args, env = {}) => run(folder, args, env);
  return {
    folder,
    rideline,
    remove: async () => {
      await rideline(['down']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
