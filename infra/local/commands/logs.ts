import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '../arguments.ts';
import { attachCluster } from '../cluster.ts';
import { UsageError } from '../launch-error.ts';
import { tailOf } from '../log-file.ts';
import { CLUSTER_FILE, UP_DIR } from '../paths.ts';

const LINES = 100;

/** `logs NAME [-f]`: prints the last lines of a log of the running cluster, else of the last `up`; `-f` follows it. */
export async function logs(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(args, { follow: { type: 'boolean', short: 'f' } }, 1);
  const folder = join(attachCluster(CLUSTER_FILE)?.dataDir ?? UP_DIR, 'logs');
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.log'))
        .map((file) => file.slice(0, -'.log'.length))
    : [];
  const known =
    names.length > 0 ? `The logs are ${names.join(', ')}` : 'There are no logs yet: ./rideline up';
  const [name] = positionals;
  if (name === undefined) throw new UsageError('logs needs a name', known);
  if (!names.includes(name)) throw new UsageError(`there is no log '${name}'`, known);
  const file = join(folder, `${name}.log`);
  if (!values.follow) {
    for (const line of tailOf(file, LINES)) console.log(line);
    return;
  }
  const tail = spawn('tail', ['-n', String(LINES), '-F', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  await new Promise((resolve, reject) => tail.once('exit', resolve).once('error', reject));
}
