import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';
import { addKinds, type FileKind, type Tally } from './run-report.ts';

type Failure = { readonly title: string; readonly errors: readonly FailureError[] };
type FailureError = {
  readonly message?: string;
  readonly stack?: string;
  readonly diff?: string;
  /** Of a LaunchError: the end of the log of the program that did not start. */
  readonly detail?: readonly string[];
  /** Of a Redis connection's error. */
  readonly connection?: string;
  readonly cause?: FailureError;
  /** vitest adds these to an error outside of every test: the file that its worker ran then, and the test that ran, if any. */
  readonly VITEST_TEST_PATH?: string;
  readonly VITEST_TEST_NAME?: string;
};

type ConsoleLog = Parameters<NonNullable<Reporter['onUserConsoleLog']>>[0];

/** A test that took longer gets a line of its own, so that a long file is not silence. */
const SLOW_MS = 5_000;
const STACK_LINES = 6;
const MOST_CAUSES = 3;
/** Of what a file writes to the console; shown when the file is ended. */
const KEPT_LINES = 40;

/** A file that runs. */
type RunningFile = {
  readonly startedAt: number;
  readonly deadline: NodeJS.Timeout;
  readonly tests: Map<string, { readonly name: string; readonly startedAt: number }>;
  lines: readonly string[];
};

/**
 * vitest's side of `./rideline test`: one plain line for each file as it ends, the errors under it, and at the end the
 * tally as JSON at the path in TEST_TALLY_FILE. A file that runs for longer than TEST_FILE_MS is ended: the test that ran and what the file
 * has written are shown, and its worker process, which `tests/worker-file.ts` noted in TEST_WORKERS_FOLDER, is killed.
 */
export default class LineReporter implements Reporter {
  readonly #startedAt = performance.now();
  readonly #skipped: string[] = [];
  readonly #failures: string[] = [];
  readonly #kinds: FileKind[] = [];
  readonly #running = new Map<string, RunningFile>();
  readonly #mostMs = Number(process.env.TEST_FILE_MS ?? 0);
  #passed = 0;
  #done = 0;
  #files = 0;
  #root = process.cwd();

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    this.#files = specifications.length;
  }

  onTestModuleQueued(module: TestModule): void {
    if (this.#mostMs === 0) return;
    const deadline = setTimeout(() => this.#end(module), this.#mostMs);
    this.#running.set(module.id, { startedAt: performance.now(), deadline, tests: new Map(), lines: [] });
  }

  onTestCaseReady({ id, fullName, module }: TestCase): void {
    this.#running.get(module.id)?.tests.set(id, { name: fullName, startedAt: performance.now() });
  }

  onUserConsoleLog({ content, taskId }: ConsoleLog): void {
    // The id of a test is that of its file and the test's place in it: `1234_0_2`.
    const running = this.#running.get(taskId?.split('_')[0] ?? '');
    if (running) running.lines = [...running.lines, ...content.trimEnd().split('\n')].slice(-KEPT_LINES);
  }

  onTestCaseResult(test: TestCase): void {
    this.#running.get(test.module.id)?.tests.delete(test.id);
    const durationMs = test.diagnostic()?.duration ?? 0;
    if (durationMs > SLOW_MS) this.#say(`     … ${test.fullName} (${(durationMs / 1000).toFixed(1)} s)`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#done += 1;
    clearTimeout(this.#running.get(module.id)?.deadline);
    this.#running.delete(module.id);
    this.#kinds.push({ name: module.project.name, files: 1, ms: module.diagnostic().duration });
    const file = relative(this.#root, module.moduleId);
    const before = this.#failures.length;
    const counts = { passed: 0, skipped: 0 };
    const failures: Failure[] = [];
    // What fails outside of a test (an import, a hook) would otherwise only look like skipped tests.
    const holders: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    const failedHolders = holders.filter((holder) => holder.errors().length > 0);
    const noReason = failedHolders.length > 0 ? 'a hook or import of its file failed' : 'no reason given';
    for (const test of module.children.allTests()) {
      const result = test.result();
      const title = `${file} > ${test.fullName}`;
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') failures.push({ title, errors: result.errors });
      else {
        counts.skipped += 1;
        const reason = result.state === 'skipped' ? result.note : 'it never ran';
        this.#skipped.push(`${title} — ${reason ?? noReason}`);
      }
    }
    for (const holder of failedHolders)
      failures.push({
        title: holder === module ? file : `${file} > ${(holder as TestSuite).fullName}`,
        errors: holder.errors(),
      });
    this.#passed += counts.passed;
    this.#failures.push(...failures.map(({ title }) => title));
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    const state = this.#failures.length > before ? 'FAIL' : 'ok  ';
    this.#say(
      `${state} ${file}: ${counts.passed} passed${failures.length > 0 ? `, ${failures.length} failed` : ''}${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''} (${seconds} s)`,
    );
    for (const failure of failures) this.#sayFailure(failure);
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly FailureError[]): void {
    for (const error of unhandled) {
      const failure = { title: `an error outside of every test, ${this.#whereOf(error)}`, errors: [error] };
      this.#failures.push(failure.title);
      this.#sayFailure(failure);
    }
    const file = process.env.TEST_TALLY_FILE;
    if (file) writeFileSync(file, JSON.stringify(this.tally()));
  }

  /** What has been counted so far. */
  tally(): Tally {
    return {
      passed: this.#passed,
      failed: this.#failures.length,
      skipped: this.#skipped,
      failures: this.#failures,
      kinds: addKinds(this.#kinds),
    };
  }

  /** Ends the process in which a file hangs; vitest then reports that its worker has ended. */
  #end({ id, moduleId }: TestModule): void {
    const running = this.#running.get(id);
    const folder = process.env.TEST_WORKERS_FOLDER;
    if (running === undefined || folder === undefined) return;
    const sinceSeconds = (ms: number) => Math.round((performance.now() - ms) / 1000);
    const file = relative(this.#root, moduleId);
    this.#failures.push(`${file} — ended after ${sinceSeconds(running.startedAt)} s`);
    this.#say(
      `FAIL ${file}: ended after ${sinceSeconds(running.startedAt)} s, which is the most that a file may take`,
    );
    const tests = [...running.tests.values()].map(
      ({ name, startedAt }) => `ran for ${sinceSeconds(startedAt)} s: ${name}`,
    );
    const where =
      tests.length > 0
        ? tests
        : ['no test ran: it hangs in an import, in a hook, or at the beginning of a test'];
    for (const line of [...where, ...running.lines.map((line) => `| ${line}`)])
      process.stdout.write(`      ${line}\n`);
    for (const pid of readdirSync(folder))
      if (readFileSync(join(folder, pid), 'utf8') === moduleId) process.kill(Number(pid), 'SIGKILL');
  }

  #whereOf({ VITEST_TEST_PATH: path, VITEST_TEST_NAME: test }: FailureError): string {
    if (path === undefined) return 'in no file that is known';
    const file = relative(this.#root, path);
    return test === undefined ? `while ${file} ran` : `while ${file} > ${test} ran`;
  }

  #say(line: string): void {
    const elapsed = Math.round((performance.now() - this.#startedAt) / 1000);
    process.stdout.write(
      `[${String(elapsed).padStart(4)} s ${String(this.#done).padStart(3)}/${this.#files}] ${line}\n`,
    );
  }

  #sayFailure({ title, errors }: Failure): void {
    process.stdout.write(`\n  ✗ ${title}\n`);
    for (const error of errors) process.stdout.write(`${textOf(error).replace(/^/gm, '      ')}\n`);
    process.stdout.write('\n');
  }
}

/** Message, the end of a log, diff, stack and causes. */
function textOf(error: FailureError, causes = MOST_CAUSES): string {
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, STACK_LINES);
  return [
    error.message ?? String(error),
    ...(typeof error.connection === 'string' ? [`Redis connection ${error.connection}`] : []),
    ...(Array.isArray(error.detail) ? error.detail.map((line) => `  | ${line}`) : []),
    ...(error.diff ? [error.diff] : []),
    ...stack,
    ...(error.cause && causes > 0 ? [`caused by: ${textOf(error.cause, causes - 1)}`] : []),
  ].join('\n');
}
