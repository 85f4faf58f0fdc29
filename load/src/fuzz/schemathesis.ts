import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { TOOLS_DIR } from '@rideline/infra/local/paths';

/** The public fuzzer, from PyPI, in a Python environment of its own. */
const VERSION = '4.32.5';
const FOLDER = join(TOOLS_DIR, `schemathesis-${VERSION}`);
const PROGRAM = join(FOLDER, 'bin/schemathesis');
const INSTALL_MS = 300_000;

/** Routes that end the session of the token that the fuzzer uses. */
const NOT_FUZZED = '/sign-out|/me/password$';
/** One more where the fuzzer chooses the user: it finds its own id and revokes its own token. */
const NOT_OF_ONESELF = `${NOT_FUZZED}|/revoke$`;
const CHECKS =
  'not_a_server_error,content_type_conformance,status_code_conformance,response_schema_conformance';

/** The fuzzer's program; null when it has not been installed. */
export function findSchemathesis(): string | null {
  return existsSync(PROGRAM) ? PROGRAM : null;
}

/** @returns the fuzzer's program, installed at its first use. @throws LaunchError */
export async function ensureSchemathesis(onProgress: (line: string) => void): Promise<string> {
  const before = findSchemathesis();
  if (before !== null) return before;
  onProgress(`installing schemathesis ${VERSION} (PyPI)`);
  const run = promisify(execFile);
  try {
    await run('python3', ['-m', 'venv', FOLDER], { timeout: INSTALL_MS });
    await run(join(FOLDER, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`], {
      timeout: INSTALL_MS,
    });
  } catch (error) {
    const { message } = error as Error;
    throw new LaunchError(
      `schemathesis could not be installed: ${message.split('\n')[0]}`,
      'It needs python3 with venv and PyPI: sudo apt-get install python3-venv',
    );
  }
  return PROGRAM;
}

/** Fuzzes every route of the API's OpenAPI document with one token. @returns whether all its checks passed */
export async function fuzzAs(options: {
  readonly program: string;
  readonly url: string;
  readonly token: string;
  readonly examples: number;
  readonly seed: number;
  /** Covers each route's limits before the random requests; takes half a minute. */
  readonly coverage: boolean;
  /** Values for path parameters, by name: ids of things that exist. */
  readonly known: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}): Promise<boolean> {
  const { program, url, token, examples, seed, coverage, known, signal, onLine } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rideline-fuzz-config-'));
  const config = join(folder, 'schemathesis.toml');
  const lines = Object.entries(known).map(([name, value]) => `"path.${name}" = "${value}"`);
  await writeFile(config, ['[parameters]', ...lines, ''].join('\n'));
  const child = spawn(
    program,
    [
      ...['--config-file', config],
      'run',
      `${url}/v1/openapi.json`,
      ...['--header', `Authorization: Bearer ${token}`],
      ...['--checks', CHECKS],
      ...['--phases', coverage ? 'examples,coverage,fuzzing' : 'fuzzing'],
      ...['--max-examples', String(examples)],
      ...['--seed', String(seed)],
      ...['--exclude-path-regex', 'userId' in known ? NOT_FUZZED : NOT_OF_ONESELF],
      ...['--request-timeout', '30'],
      ...['--suppress-health-check', 'all'],
      '--continue-on-failure',
      '--no-shrink',
      ...['--warnings', 'off'],
    ],
    { cwd: folder, signal, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  );
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return code === 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}
