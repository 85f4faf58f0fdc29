import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { createUserSchema } from '@rideline/contract';
import { makeAccount } from '@rideline/fleet/accounts/account-sessions';
import { writeAudit } from '@rideline/fleet/store/audit';
import { createPasswords } from '@rideline/platform/tokens/passwords';
import { CommandError, runCommand, UsageError } from './command.ts';

const USAGE = 'usage: ./rideline create-admin --login LOGIN --name NAME (the password on standard input)';

function optionsOf(args: readonly string[]): { login: string; name: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { login: { type: 'string' }, name: { type: 'string' } },
    });
    if (values.login !== undefined) return { login: values.login, name: values.name ?? values.login };
  } catch {
    // An unknown option: the usage lists those that exist.
  }
  throw new UsageError(USAGE);
}

/** Reads a line of standard input: an argument would be visible in the process list and the shell's history. */
async function readPassword(): Promise<string> {
  const { isTTY } = process.stdin;
  const echo = (on: boolean) => {
    if (isTTY) spawnSync('stty', [on ? 'echo' : '-echo'], { stdio: 'inherit' });
  };
  const lines = createInterface({ input: process.stdin });
  if (isTTY) process.stderr.write('Password: ');
  echo(false);
  try {
    for await (const line of lines) return line;
    throw new CommandError('no password was given');
  } finally {
    echo(true);
    lines.close();
    if (isTTY) process.stderr.write('\n');
  }
}

/** `rideline create-admin`: creates the first admin; further users are created by an admin (`POST /v1/users`). */
await runCommand('create-admin', async ({ config, clock, args, say, openMongo }) => {
  const given = optionsOf(args);
  const parsed = createUserSchema.safeParse({
    ...given,
    password: await readPassword(),
    role: 'admin',
    reason: 'create-admin',
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const db = await openMongo();
  const { region } = config;
  const { login, name, role, password } = parsed.data;
  const accountService = { db, region, wallMs: clock.wallMs, passwords: createPasswords() };
  const user = await makeAccount(accountService, { login, name, role }, password);
  const actor = { role: 'system', id: 'create-admin' } as const;
  const entry = { actor, action: 'user.created', target: `user:${user._id}`, data: { role } };
  await writeAudit(db, region, entry, new Date(clock.wallMs()));
  say(`admin ${user._id} may sign in as ${login}`);
});
