import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { runCommand } from '@rideline/infra/local/run-command';
import { ensureChromium } from './chromium.ts';
import { leftInFolder, leftInGroup, stopLeftClusters } from './left-running.ts';
import { addTallies, closingLines, EMPTY_TALLY, type Tally } from './run-report.ts';

/**
 * `./rideline test [--smoke|--faults|--coverage] [filter…]`: lint, types, then vitest's projects in order. The very last line is
 * `N passed, N failed, N skipped`; exit 1 when anything failed or nothing ran, 130 after Ctrl-C. A process, a file or a folder that
 * the tests left behind is a failure too.
 * Tests may read TEST_MODE (smoke, normal, faults) and FAULT_ROUNDS (1, or 5 with --faults). TEST_FILE_MS: the most that one file may take.
 */
type Mode = 'smoke' | 'normal' | 'faults';
type Step = { readonly label: string; readonly args: readonly string[] };

/** Ends a run that hangs. A run takes a third of this on two idle cores, and all of it may run beside another load. */
const LONGEST_MS: Readonly<Record<Mode, number>> = {
  smoke: 30 * 60_000,
  normal: 90 * 60_000,
  faults: 4 * 3_600_000,
};
/** Ends a file that hangs. The longest one takes a fifth of this on two idle cores, and a third of it beside other load. */
const LONGEST_FILE_MS: Readonly<Record<Mode, number>> = {
  smoke: 10 * 60_000,
  normal: 15 * 60_000,
  faults: 60 * 60_000,
};
const FAULT_ROUNDS: Readonly<Record<Mode, number>> = { smoke: 1, normal: 1, faults: 5 };
/** Most words after `test`; each is a part of a file's path. */
const MOST_FILTERS = 50;

/** Of this file, not of the package: in a copy of the checkout packages may be links to another one. */
const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');
const VITEST = [process.execPath, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run'];

let running: ChildProcess | null = null;
let interrupted = false;

/** Ends the running step's whole process group, workers and servers that they spawned included. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A program that has ended: its exit code, and the processes of its group that it left running. */
type Ended = { readonly code: number; readonly left: readonly string[] };

/** Runs a program in a group of its own; what it leaves behind is killed with it. */
async function runProgram(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  longestMs: number,
): Promise<Ended> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running = child;
  let isStopped = false;
  const timer = setTimeout(() => {
    isStopped = true;
    console.log(`stopped after ${longestMs / 60_000} minutes`);
    endGroup(child, 'SIGKILL');
  }, longestMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    const left = isStopped || interrupted ? [] : await leftInGroup(child.pid ?? 0);
    return { code, left };
  } finally {
    clearTimeout(timer);
    endGroup(child, 'SIGKILL');
    running = null;
  }
}

async function check(label: string, commands: readonly (readonly string[])[]): Promise<Tally> {
  const startedAt = performance.now();
  let code = 0;
  for (const command of commands) {
    if (!interrupted) code = (await runProgram(command, process.env, LONGEST_MS.smoke)).code || code;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${label} (${seconds} s)`);
  return code === 0 ? { ...EMPTY_TALLY, passed: 1 } : { ...EMPTY_TALLY, failed: 1, failures: [label] };
}

async function vitest({ label, args }: Step, mode: Mode, folder: string): Promise<Tally> {
  console.log(`\n${label}`);
  const tallyFile = join(folder, 'tally.json');
  const temporary = join(folder, 't');
  const workers = join(folder, 'workers');
  for (const path of [tallyFile, temporary, workers]) rmSync(path, { recursive: true, force: true });
  for (const path of [temporary, workers]) mkdirSync(path);
  const reporter = join(ROOT, 'tests/line-reporter.ts');
  const env = {
    ...process.env,
    TMPDIR: temporary,
    TEST_MODE: mode,
    FAULT_ROUNDS: String(FAULT_ROUNDS[mode]),
    TEST_TALLY_FILE: tallyFile,
    TEST_FILE_MS: process.env.TEST_FILE_MS ?? String(LONGEST_FILE_MS[mode]),
    TEST_WORKERS_FOLDER: workers,
    // Hundreds of processes run the same modules: compiling them is a third of what starting one costs.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  const { code, left: processes } = await runProgram(
    [...VITEST, `--reporter=${reporter}`, ...args],
    env,
    LONGEST_MS[mode],
  );
  const running = [...(await stopLeftClusters(temporary)), ...processes];
  const left = [
    ...running.map((name) => `left running: ${name}`),
    ...leftInFolder(temporary).map((name) => `left in the temporary folder: ${name}`),
  ];
  // After Ctrl-C nothing had the time to stop what it started; it was stopped just now.
  if (interrupted) return { ...EMPTY_TALLY, failures: ['interrupted'] };
  const leftTally: Tally = { ...EMPTY_TALLY, failed: left.length, failures: left };
  if (!existsSync(tallyFile)) {
    return addTallies([
      leftTally,
      { ...EMPTY_TALLY, failed: 1, failures: [`${label}: vitest ended without a result (exit ${code})`] },
    ]);
  }
  const tally = JSON.parse(readFileSync(tallyFile, 'utf8')) as Tally;
  const silent = code !== 0 && tally.failed === 0;
  const silentTally: Tally = {
    ...EMPTY_TALLY,
    failed: 1,
    failures: [`${label}: vitest failed (exit ${code})`],
  };
  return addTallies([tally, leftTally, ...(silent ? [silentTally] : [])]);
}

/** Only tests that run in vitest's own processes can be measured; a server under test is another process. */
const MEASURED = ['--project', 'unit', '--project', 'property', '--coverage.enabled'];

function stepsFor(mode: Mode, filters: readonly string[], withCoverage: boolean): Step[] {
  if (withCoverage)
    return [{ label: 'unit and property tests, with coverage', args: [...MEASURED, ...filters] }];
  if (mode === 'smoke')
    return [
      {
        label: filters.length > 0 ? `unit tests named ${filters.join(', ')}` : 'unit tests',
        args: ['--project', 'unit', ...filters],
      },
      { label: 'a small end-to-end', args: ['--project', 'e2e', '.smoke.test.ts'] },
    ];
  if (filters.length > 0) return [{ label: `tests named ${filters.join(', ')}`, args: filters }];
  return [{ label: 'unit, property, integration, chaos, end-to-end', args: [] }];
}

async function checks(): Promise<Tally[]> {
  const tsc = (project: string): string[] => [join(BIN, 'tsc'), '-p', project];
  const projects = ['tsconfig.json', 'dashboard/tsconfig.json', 'apps/tsconfig.json'].filter((file) =>
    existsSync(join(ROOT, file)),
  );
  return [
    await check('lint', [[join(BIN, 'biome'), 'check', '--error-on-warnings', '.']]),
    await check('type check', projects.map(tsc)),
  ];
}

async function test(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    { smoke: { type: 'boolean' }, faults: { type: 'boolean' }, coverage: { type: 'boolean' } },
    MOST_FILTERS,
  );
  if ([values.smoke, values.faults, values.coverage].filter(Boolean).length > 1)
    throw new UsageError('--smoke, --faults and --coverage exclude each other', 'Give one of them');
  const mode: Mode = values.faults ? 'faults' : values.smoke ? 'smoke' : 'normal';
  // Short: HAProxy's and others' unix sockets lie below it, and their paths may have about 100 bytes.
  const folder = mkdtempSync('/tmp/rl-');
  const tallies: Tally[] = [];
  try {
    const whole = positionals.length === 0 && mode !== 'smoke';
    if (whole) tallies.push(...(await checks()));
    if (mode !== 'smoke' && !values.coverage) await ensureChromium((line) => console.log(line));
    for (const step of stepsFor(mode, positionals, values.coverage === true)) {
      if (!interrupted) tallies.push(await vitest(step, mode, folder));
    }
  } finally {
    await stopLeftClusters(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  const sum = addTallies(tallies);
  const nothing = sum.passed + sum.failed + sum.skipped.length === 0;
  if (nothing) console.log('no test matches');
  for (const line of closingLines(sum)) console.log(line);
  if (interrupted) process.exitCode = 130;
  else if (sum.failed > 0 || nothing) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    if (running) endGroup(running, 'SIGKILL');
  });
}
await runCommand(() => test(process.argv.slice(2)));
