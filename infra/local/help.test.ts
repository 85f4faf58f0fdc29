import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './paths.ts';
import { findProgram } from './program-path.ts';

const HELP = join(ROOT, 'infra/local/help');
const commands = readdirSync(HELP)
  .map((file) => file.replace('.txt', ''))
  .filter((name) => name !== 'overview')
  .sort();

/** Where each command parses its options. */
const PARSED_IN: Readonly<Record<string, string>> = {
  up: 'infra/local/commands/up.ts',
  status: 'infra/local/commands/status.ts',
  logs: 'infra/local/commands/logs.ts',
  reset: 'infra/local/commands/reset.ts',
  drain: 'infra/local/commands/drain.ts',
  'probe-s3': 'infra/local/commands/probe-s3.ts',
  token: 'infra/local/token.ts',
  'rotate-keys': 'infra/local/rotate-keys.ts',
  demo: 'load/demo.ts',
  soak: 'load/soak.ts',
  fuzz: 'load/fuzz.ts',
  test: 'tests/run.ts',
  backup: 'workers/src/commands/backup.ts',
  restore: 'workers/src/commands/restore.ts',
  rebuild: 'workers/src/commands/rebuild.ts',
  migrate: 'workers/src/commands/migrate.ts',
  'create-admin': 'workers/src/commands/create-admin.ts',
};
/** Names of `load` have options of their own. */
const LOAD_PARSED_IN = [
  'load/src/lab/runner/load-options.ts',
  'load/src/lab/check/command.ts',
  'load/src/lab/compare/compare-command.ts',
  'load/src/simulation/fleet/fleet-options.ts',
];
/** A checkout with nothing but the script and its texts: no Node, no packages. */
let bare: string;
beforeAll(() => {
  bare = mkdtempSync(join(tmpdir(), 'rl-help-'));
  for (const file of ['rideline', 'package.json', 'infra/local/help.sh', 'infra/local/help'])
    cpSync(join(ROOT, file), join(bare, file), { recursive: true });
});
afterAll(() => rmSync(bare, { recursive: true, force: true }));

function rideline(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('./rideline', args, {
    cwd: bare,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(existsSync(join(bare, '.rideline')), 'nothing is installed').toBe(false);
  return { code: status, stdout, stderr };
}

describe('before anything is installed', () => {
  test('OPS-46: --version prints the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const args of [['--version'], ['-V'], ['version'], ['help', '--version']])
      expect(rideline(...args)).toEqual({ code: 0, stdout: `rideline ${version}\n`, stderr: '' });
  });

  test.each(commands)('OPS-46: help, --help and -h print the text of %s', (name) => {
    const text = readFileSync(join(HELP, `${name}.txt`), 'utf8');
    for (const args of [
      ['help', name],
      [name, '--help'],
      [name, '-h'],
    ])
      expect(rideline(...args)).toEqual({ code: 0, stdout: text, stderr: '' });
    expect(text.startsWith(`Usage: ./rideline ${name}`)).toBe(true);
  });

  test('OPS-46: the overview names every command', () => {
    const { code, stdout } = rideline();
    expect(code).toBe(0);
    const listed = [...stdout.matchAll(/^ {2}([a-z][a-z0-9-]+) {2,}/gm)].map(([, name]) => name ?? '');
    expect(listed.sort()).toEqual(commands);
  });

  test.each([
    [['fly'], "there is no command 'fly'"],
    [['help', 'fly'], "there is no command 'fly'"],
    [['help', '../help/up'], 'there is no command'],
    [['help', 'up', 'down'], "unexpected argument 'down'"],
    [['up', '--prot', '1'], "unknown option '--prot' for up"],
    [['up', '--prot=1'], "unknown option '--prot' for up"],
    [['logs', '-x'], "unknown option '-x' for logs"],
    [['migrate', '--now'], "unknown option '--now' for migrate"],
    [['up', '--port', 'abc'], "'abc' is not a port"],
    [['up', '--port=0'], "'0' is not a port"],
    [['demo', '--port', '65536'], "'65536' is not a port"],
    [['up', '--port'], '--port needs a value'],
    [['up', 'now'], "unexpected argument 'now'"],
    [['logs', 'gateway-1', 'gateway-2'], "unexpected argument 'gateway-2'"],
    [['demo', '--for', 'soon'], "'soon' is not a duration"],
    [['demo', '--for', '0'], "'0' is not a duration"],
    [['token', '--role', 'driver', '--id', 'a', '--ttl=00h'], "'00h' is not a duration"],
    [['token', '--role', 'king', '--id', 'a'], "there is no role 'king'. The roles are driver, rider"],
    [['token', '--id', 'a'], 'token needs --role'],
    [['token', '--role=driver', '--count', '2'], 'token needs --id'],
    [['create-admin', '--name', 'A'], 'create-admin needs --login'],
    [['backup', '--json'], 'backup needs a folder'],
    [['restore', '--force'], 'restore needs a folder'],
    [['logs', '-f'], 'logs needs a name'],
    [['drain'], 'drain needs a gateway'],
    [['load', 'peak', '--minutes', 'soon'], "--minutes: 'soon' is not a valid number"],
    [['load', 'peak', '--target'], '--target needs a value'],
    [['demo', '--speed', 'fast'], "--speed: 'fast' is not a valid number"],
    [['completion'], 'no completion'],
    [['completion', 'fish'], "there is no completion for 'fish'"],
  ])('OPS-25: %j is a usage error: one line, exit code 2', (args, part) => {
    const { code, stdout, stderr } = rideline(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^rideline: [^\n]+\n$/);
    expect(stderr).toContain(part);
  });

  function complete(...words: readonly string[]): string[] {
    const script = `
      eval "$(./rideline completion bash)"
      COMP_WORDS=("$@")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _rideline
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], { cwd: bare, encoding: 'utf8' });
    return stdout.split('\n').filter((word) => word !== '');
  }

  test('OPS-46: bash completes commands, options and names', () => {
    expect(complete('./rideline', '')).toEqual([...commands, '--version', '--help']);
    expect(complete('./rideline', 'do')).toEqual(['doctor', 'down']);
    expect(complete('./rideline', 'up', '--s')).toEqual(['--scale']);
    expect(complete('./rideline', 'logs', '')).toEqual(
      expect.arrayContaining(['gateway-1', '-f', '--follow']),
    );
    expect(complete('./rideline', 'bench', 'in')).toEqual(['ingest']);
    expect(complete('./rideline', 'help', 'rot')).toEqual(['rotate-keys']);
  });

  test('OPS-46: zsh reads its completion script', (context) => {
    const zsh = findProgram('zsh');
    if (!zsh) return context.skip('zsh is not installed');
    const { stdout } = rideline('completion', 'zsh');
    const script = `
      compdef() { : }
      compadd() { shift; print -l -- "$@" }
      ${stdout}
      words=(./rideline up --s); CURRENT=3; _rideline`;
    const { stdout: words, stderr } = spawnSync(zsh, ['-f', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(words.split('\n')).toContain('--scale');
  });
});

function optionsInHelp(command: string): string[] {
  const text = readFileSync(join(HELP, `${command}.txt`), 'utf8');
  const [, section = ''] = text.split('\nOptions:\n');
  return [...section.matchAll(/^ {2}(?:-[a-z], )?--([a-z0-9-]+)/gm)].map(([, name]) => name ?? '').sort();
}

function optionsInSource(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/['"]?([a-z0-9-]+)['"]?: \{ type: '(?:string|boolean)'/g)].map(
    ([, name]) => name ?? '',
  );
}

test.each(Object.entries(PARSED_IN))(
  'OPS-46: the help of %s lists the options that it parses',
  (name, file) => {
    expect(optionsInHelp(name)).toEqual(optionsInSource(file).sort());
  },
);

test('OPS-46: the help of load lists the options that its names parse', () => {
  const parsed = new Set(LOAD_PARSED_IN.flatMap(optionsInSource));
  expect(optionsInHelp('load')).toEqual([...parsed].sort());
});
