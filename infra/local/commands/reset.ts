import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseOptions } from '../arguments.ts';
import { attachCluster } from '../cluster.ts';
import { LaunchError } from '../launch-error.ts';
import { CLUSTER_FILE, DEMO_DIR, ROOT, TOOLS_DIR, UP_DIR } from '../paths.ts';

async function confirmed(what: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new LaunchError(`reset would remove ${what}`, 'Confirm it: ./rideline reset --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Remove ${what}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** `reset [--yes] [--tools]`: removes the data of up and demo. Keys stay; downloaded tools stay unless `--tools` is given. */
export async function reset(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, { yes: { type: 'boolean', short: 'y' }, tools: { type: 'boolean' } });
  const cluster = attachCluster(CLUSTER_FILE);
  const alive = [...(cluster?.processes ?? []), ...(cluster?.servers ?? [])].some(
    (item) => item.alive === true,
  );
  if (alive) throw new LaunchError('a cluster is running', 'Stop it first: ./rideline down');
  // Node stays: it runs this code, and ./rideline would only download it again.
  const tools = ['mongo-standin', 'mongod', 'mongod-refused.json', 'debian-root.tar'].map((name) =>
    join(TOOLS_DIR, name),
  );
  const targets = [UP_DIR, DEMO_DIR, CLUSTER_FILE, ...(values.tools ? tools : [])].filter((path) =>
    existsSync(path),
  );
  const shown = targets.map((path) => relative(ROOT, path)).join(', ');
  if (targets.length === 0) return console.log('There is nothing to remove.');
  if (!values.yes && !(await confirmed(shown))) return console.log('Nothing was removed.');
  for (const path of targets) rmSync(path, { recursive: true, force: true });
  console.log(`Removed ${shown}.`);
}
