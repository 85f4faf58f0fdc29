import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { attachCluster } from '@rideline/infra/local/cluster';
import { parseProcStat } from '@rideline/platform/process/process-identity';

/** How deep below the run's temporary folder a test may keep a cluster. */
const DEPTH = 4;
/** A process that was asked to end just now may need this long, ms. */
const END_MS = 3000;
const POLL_MS = 100;

function* clusterFiles(folder: string, depth: number): Generator<string> {
  const file = join(folder, 'cluster.json');
  if (existsSync(file)) yield file;
  if (depth === 0) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* clusterFiles(join(folder, entry.name), depth - 1);
  }
}

/**
 * Stops every cluster whose file lies under the run's temporary folder.
 * @returns what had been left running, by folder and name
 */
export async function stopLeftClusters(folder: string): Promise<string[]> {
  const left: string[] = [];
  for (const file of clusterFiles(folder, DEPTH)) {
    const cluster = attachCluster(file);
    if (!cluster) continue;
    const alive = [...cluster.processes, ...cluster.servers].filter((item) => item.alive === true);
    left.push(...alive.map(({ name }) => `${cluster.dataDir}: ${name}`));
    for (const { name } of alive) await cluster.kill(name);
    await cluster.stop();
  }
  return left;
}

/** What the run's tools, not its tests, keep in the temporary folder. */
const OF_TOOLS = /^(node-compile-cache|vite-|vitest-|hsperfdata_)/;

/** Files and folders that tests left in the run's temporary folder. */
export function leftInFolder(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !OF_TOOLS.test(name))
    .sort();
}

/** Processes of one process group that still run; [] where there is no /proc. */
function membersOf(group: number): { pid: number; command: string }[] {
  if (process.platform !== 'linux') return [];
  const found: { pid: number; command: string }[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { state, group: its } = parseProcStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (its !== group || state === 'Z' || state === 'X') continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim();
      found.push({ pid: Number(name), command });
    } catch (error) {
      // It ended between the two reads.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return found;
}

/** What of a process group is left a few seconds after its leader has ended: `pid command`, one each. */
export async function leftInGroup(group: number, withinMs = END_MS): Promise<string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = membersOf(group);
    if (left.length === 0 || performance.now() > deadline)
      return left.map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`);
    await sleep(POLL_MS);
  }
}
