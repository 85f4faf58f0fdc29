import { expect, test, vi } from 'vitest';
import type { TestCase, TestModule } from 'vitest/node';
import LineReporter from './line-reporter.ts';

/** What the reporter writes to standard output while `report` runs. */
function linesOf(report: (reporter: LineReporter) => void): string {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  vi.stubEnv('TEST_TALLY_FILE', '');
  try {
    report(new LineReporter());
  } finally {
    write.mockRestore();
    vi.unstubAllEnvs();
  }
  return written.join('');
}

/** A file as vitest reports it: one test that never ran, and the errors of its hooks. */
function moduleWith(errors: readonly object[]): TestModule {
  const skipped = { fullName: 'a test', result: () => ({ state: 'skipped' }) } as unknown as TestCase;
  return {
    moduleId: `${process.cwd()}/tests/a.test.ts`,
    project: { name: 'unit' },
    children: { allTests: () => [skipped], allSuites: () => [] },
    errors: () => errors,
    diagnostic: () => ({ duration: 1 }),
  } as unknown as TestModule;
}

test('OPS-81: an error outside of every test is reported with its file and its Redis connection', () => {
  const error = {
    message: 'Connection is closed.',
    connection: 'gateway-1:cache:subscriber',
    VITEST_TEST_PATH: `${process.cwd()}/tests/integration/some.test.ts`,
  };
  const text = linesOf((reporter) => reporter.onTestRunEnd([], [error]));
  expect(text).toContain('an error outside of every test, while tests/integration/some.test.ts ran');
  expect(text).toContain('Redis connection gateway-1:cache:subscriber');
});

test('OPS-81: what ended while it started is reported with the end of its log, and the tests that it kept from running have a reason', () => {
  const launch = {
    message: 'gateway-1 exited while starting',
    detail: ['listen EADDRINUSE 127.0.0.1:15001'],
  };
  const reporter = new LineReporter();
  const text = linesOf(() => reporter.onTestModuleEnd(moduleWith([launch])));
  expect(text).toContain('gateway-1 exited while starting');
  expect(text).toContain('| listen EADDRINUSE 127.0.0.1:15001');
  expect(reporter.tally().skipped).toEqual([
    'tests/a.test.ts > a test — a hook or import of its file failed',
  ]);
});
