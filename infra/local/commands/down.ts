import { parseOptions } from '../arguments.ts';
import { attachCluster } from '../cluster.ts';
import { withFileLock } from '../file-lock.ts';
import { CLUSTER_FILE } from '../paths.ts';
import { createProgress } from '../progress.ts';

/** `down`: stops what `up` or `demo` started, in order. Servers from the environment keep running. Does nothing when nothing runs. */
export async function down(args: readonly string[]): Promise<void> {
  parseOptions(args, {});
  const progress = createProgress(process.stdout, 'stopping');
  try {
    await withFileLock(
      `${CLUSTER_FILE}.lock`,
      () => progress.line('waiting for another launcher to finish'),
      async () => {
        const cluster = attachCluster(CLUSTER_FILE);
        if (!cluster) return progress.line('nothing is running');
        const left = cluster.servers.filter(({ kind }) => kind === 'environment').map(({ name }) => name);
        const { killed } = await cluster.stop();
        if (killed.length > 0) progress.line(`had to be killed: ${killed.join(', ')}`);
        if (left.length > 0) progress.line(`not started here, left running: ${left.join(', ')}`);
        progress.line(`stopped; the data stays in ${cluster.dataDir}`);
      },
    );
  } finally {
    progress.end();
  }
}
