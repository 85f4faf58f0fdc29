import { once } from 'node:events';
import { OUTSIDE_ID, PROTOCOL, type Role, roleSchema } from '@rideline/contract';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { parseOptions, parseSeconds, parseWholeNumber } from './arguments.ts';
import { ensureTokenKeys } from './development-keys.ts';
import { UsageError } from './launch-error.ts';
import { TOKEN_KEYS_FILE } from './paths.ts';
import { runCommand } from './run-command.ts';

const SDK = 'rideline-cli/0.1.0';
const DEFAULT_TTL_SECONDS = 12 * 3600;
const MAX_TOKENS = 1_000_000;

type TokenRequest = {
  readonly role: Role;
  readonly ids: readonly string[];
  readonly ttlSeconds: number;
  /** As the load scenarios read them (load/artillery/src/tokens.ts), instead of lines of JSON. */
  readonly csv: boolean;
};

/**
 * `--role driver --id d --count 3` requests tokens for d-1, d-2 and d-3; without a count, one for d.
 * @throws UsageError for a missing or malformed value
 */
export function parseTokenRequest(args: readonly string[]): TokenRequest {
  const { values } = parseOptions(args, {
    role: { type: 'string' },
    id: { type: 'string' },
    count: { type: 'string', default: '1' },
    ttl: { type: 'string' },
    csv: { type: 'boolean', default: false },
  });
  const role = roleSchema.safeParse(values.role);
  if (!role.success) {
    const problem = values.role === undefined ? 'token needs --role' : `there is no role '${values.role}'`;
    throw new UsageError(problem, `The roles are ${roleSchema.options.join(', ')}`);
  }
  const count = parseWholeNumber('--count', values.count, 1, MAX_TOKENS);
  const { id } = values;
  if (id === undefined) throw new UsageError('token needs --id', 'Give letters, digits, - and _');
  const ids = count === 1 ? [id] : Array.from({ length: count }, (_, index) => `${id}-${index + 1}`);
  if (!ids.every((each) => OUTSIDE_ID.test(each))) {
    throw new UsageError(`'${id}' is not a valid id`, 'Give up to 64 letters, digits, - and _');
  }
  return {
    role: role.data,
    ids,
    ttlSeconds: values.ttl === undefined ? DEFAULT_TTL_SECONDS : parseSeconds(values.ttl),
    csv: values.csv,
  };
}

/**
 * `token --role … --id … [--count N] [--ttl 12h] [--csv]`: prints one line of JSON each, what goes into a Socket.IO CONNECT packet, or one row
 * of CSV each after a header.
 */
async function token(args: readonly string[]): Promise<void> {
  const { role, ids, ttlSeconds, csv } = parseTokenRequest(args);
  const keys = await readTokenKeys(process.env.RIDELINE_TOKEN_KEYS_FILE || ensureTokenKeys(TOKEN_KEYS_FILE), {
    production: false,
  });
  const region = process.env.RIDELINE_REGION ?? 'main';
  if (csv) process.stdout.write('role,id,token\n');
  for (const subject of ids) {
    const issued = await issueToken(keys, { subject, role, region, ttlSeconds });
    const line = csv
      ? [role, subject, issued.token].join(',')
      : JSON.stringify({ token: issued.token, protocol: PROTOCOL.max, sdk: SDK });
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  }
}

if (import.meta.main) {
  // `token … --count 100000 | head -1` closes the pipe early: not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  await runCommand(() => token(process.argv.slice(2)));
}
