import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';
import type { Tally } from './run-report.ts';

type Failure = { readonly title: string; readonly errors: readonly FailureError[] };
type FailureError = { readonly message?: string; readonly stack?: string; readonly diff?: string };

/** A test that took longer gets a line of its own, so that a long file is not silence. */
const SLOW_MS = 5_000;
const STACK_LINES = 6;

/**
 * vitest's side of `./rideline test`: one plain line for each file as it ends, the errors under it, and at the end the
 * tally as JSON at the path in TEST_TALLY_FILE.
 */
export default class LineReporter implements Reporter {
  readonly #startedAt = performance.now();
  readonly #skipped: string[] = [];
  readonly #failures: string[] = [];
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

  onTestCaseResult(test: TestCase): void {
    const durationMs = test.diagnostic()?.duration ?? 0;
    if (durationMs > SLOW_MS) this.#say(`     … ${test.fullName} (${(durationMs / 1000).toFixed(1)} s)`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#done += 1;
    const file = relative(this.#root, module.moduleId);
    const before = this.#failures.length;
    const counts = { passed: 0, skipped: 0 };
    const failures: Failure[] = [];
    for (const test of module.children.allTests()) {
      const result = test.result();
      const title = `${file} > ${test.fullName}`;
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') failures.push({ title, errors: result.errors });
      else {
        counts.skipped += 1;
        const reason = result.state === 'skipped' ? result.note : 'it never ran';
        this.#skipped.push(`${title} — ${reason ?? 'no reason given'}`);
      }
    }
    // What fails outside of a test (an import, a hook) would otherwise only look like skipped tests.
    const holders: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    for (const holder of holders) {
      const errors = holder.errors();
      if (errors.length > 0)
        failures.push({
          title: holder === module ? file : `${file} > ${(holder as TestSuite).fullName}`,
          errors,
        });
    }
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
    if (unhandled.length > 0) {
      const failure = { title: 'an error outside of every test', errors: unhandled };
      this.#failures.push(failure.title);
      this.#sayFailure(failure);
    }
    const tally: Tally = {
      passed: this.#passed,
      failed: this.#failures.length,
      skipped: this.#skipped,
      failures: this.#failures,
    };
    const file = process.env.TEST_TALLY_FILE;
    if (file) writeFileSync(file, JSON.stringify(tally));
  }

  #say(line: string): void {
    const elapsed = Math.round((performance.now() - this.#startedAt) / 1000);
    process.stdout.write(
      `[${String(elapsed).padStart(4)} s ${String(this.#done).padStart(3)}/${this.#files}] ${line}\n`,
    );
  }

  #sayFailure({ title, errors }: Failure): void {
    process.stdout.write(`\n  ✗ ${title}\n`);
    for (const error of errors) {
      const stack = (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, STACK_LINES);
      const text = [error.message ?? String(error), ...(error.diff ? [error.diff] : []), ...stack].join('\n');
      process.stdout.write(`${text.replace(/^/gm, '      ')}\n`);
    }
    process.stdout.write('\n');
  }
}
