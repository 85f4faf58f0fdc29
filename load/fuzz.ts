import type { Role } from '@rideline/contract';
import { parseOptions, parseWholeNumber } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { runCommand } from '@rideline/infra/local/run-command';
import { scrape } from './src/cluster/prometheus.ts';
import { startTemporaryCluster } from './src/cluster/temporary-cluster.ts';
import { createTokenIssuer } from './src/cluster/token-issuer.ts';
import { makeKnownThings, subjectOf } from './src/fuzz/known-things.ts';
import { ensureSchemathesis, fuzzAs } from './src/fuzz/schemathesis.ts';

const ROLES: readonly Role[] = ['admin', 'rider', 'driver'];

/** Answers of the API by status, from its own metrics. */
async function answersByStatus(
  processes: readonly { name: string; innerPort: number }[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const samples of (await scrape(processes, 5000)).values()) {
    for (const { name, labels, value } of samples) {
      if (name !== 'rideline_http_request_seconds_count') continue;
      const key = labels.status === '500' ? `500 ${labels.method} ${labels.route}` : (labels.status ?? '');
      counts.set(key, (counts.get(key) ?? 0) + value);
    }
  }
  return counts;
}

/**
 * `./rideline fuzz [--examples N] [--seed N] [--roles admin,rider,driver] [--verbose]`: Schemathesis over the API's own OpenAPI document,
 * on a cluster of its own. Exits with 1 when the API answered 500, or in a way that the document does not allow.
 */
async function fuzz(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, {
    examples: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    roles: { type: 'string', default: ROLES.join(',') },
    verbose: { type: 'boolean', default: false },
  });
  const examples = parseWholeNumber('--examples', values.examples);
  const seed = parseWholeNumber('--seed', values.seed, 0);
  const requested = values.roles.split(',');
  const roles = ROLES.filter((role) => requested.includes(role));
  if (roles.length !== requested.length)
    throw new UsageError(
      `--roles: '${values.roles}' is not a list of roles`,
      `Give some of ${ROLES.join(',')}`,
    );
  const progress = createProgress(process.stderr, 'fuzz');
  const program = await ensureSchemathesis(progress.line);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  await using started = await startTemporaryCluster({
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', 's3'],
    scale: { gateway: 0, api: 1, workers: 0 },
    env: { ...RAISED_LIMITS, RIDELINE_LOG_LEVEL: 'warn' },
    onProgress: progress.line,
  });
  const { cluster } = started;
  try {
    const apis = cluster.processes.filter(({ role }) => role === 'api');
    const url = `http://127.0.0.1:${apis[0]?.port}`;
    const issue = await createTokenIssuer(cluster.env);
    const things = await makeKnownThings(url, issue);
    const runs = roles.flatMap((role) => [{}, things].map((known) => ({ role, known })));
    let passed = true;
    for (const { role, known } of runs) {
      progress.line(`as ${role}${known === things ? ', on existing things' : ''}`);
      const token = await issue(role, subjectOf(role));
      const run = await fuzzWith({ program, url, token, examples, seed, known, signal: stop.signal });
      passed &&= run.passed;
      if (!run.passed || values.verbose) console.log(run.lines.join('\n'));
    }
    const counts = await answersByStatus(apis);
    progress.end();
    const failed = printAnswers(counts);
    if (failed || !passed) process.exitCode = 1;
  } finally {
    progress.end();
  }
}

type FuzzOptions = Omit<Parameters<typeof fuzzAs>[0], 'coverage' | 'onLine'>;

/** @throws Error when the fuzzer ended its own session: everything after that would be 401 */
async function fuzzWith(options: FuzzOptions): Promise<{ passed: boolean; lines: readonly string[] }> {
  const { url, token } = options;
  const lines: string[] = [];
  const passed = await fuzzAs({ ...options, coverage: true, onLine: (line) => lines.push(line) });
  const check = await fetch(`${url}/v1/trips`, { headers: { Authorization: `Bearer ${token}` } });
  if (check.status !== 200) throw new Error(`the fuzzer's token is no longer valid: ${await check.text()}`);
  return { passed, lines };
}

/** @returns whether the API answered 500 */
function printAnswers(counts: ReadonlyMap<string, number>): boolean {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const byStatus = [...counts].sort().map(([status, count]) => `${status}: ${count}`);
  console.log(`${total} answers · ${byStatus.join(' · ')}`);
  const failed = [...counts.keys()].some((status) => status.startsWith('500'));
  console.log(failed ? 'the API answered 500' : '0 answers 500');
  return failed;
}

await runCommand(() => fuzz(process.argv.slice(2)));
