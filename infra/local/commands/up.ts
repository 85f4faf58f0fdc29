import { relative } from 'node:path';
import { parseFsync, parseOptions, parsePort, parseScale } from '../arguments.ts';
import type { Cluster } from '../cluster.ts';
import { OPERATOR_FILE, ROOT, UP_DIR } from '../paths.ts';
import { createProgress } from '../progress.ts';
import { startCluster } from '../start-cluster.ts';

/** `up [--port P] [--scale gateway=3,api=2] [--host ADDRESS] [--fsync always]` */
export async function up(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, {
    port: { type: 'string' },
    scale: { type: 'string' },
    host: { type: 'string' },
    fsync: { type: 'string' },
  });
  const progress = createProgress(process.stdout, 'starting');
  try {
    const cluster = await startCluster({
      dataDir: UP_DIR,
      onProgress: progress.line,
      ...(values.port === undefined ? {} : { port: parsePort(values.port) }),
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values.scale === undefined ? {} : { scale: parseScale(values.scale) }),
      ...(values.fsync === undefined ? {} : { fsync: parseFsync(values.fsync) }),
    });
    progress.end();
    console.log(summaryOf(cluster));
  } finally {
    progress.end();
  }
}

/** What `up` prints when the cluster is ready. */
function summaryOf(cluster: Cluster): string {
  const count = (role: string): number => cluster.processes.filter((item) => item.role === role).length;
  const limited = cluster.servers.filter(({ cannot }) => cannot !== undefined);
  return [
    '',
    `Rideline is up: ${cluster.url}`,
    `  dashboard        ${cluster.url}/  (sign in as ${cluster.env.RIDELINE_OPERATOR_NAME}, password ${cluster.env.RIDELINE_OPERATOR_PASSWORD})`,
    `  apps             ${cluster.url}/driver/  and  ${cluster.url}/rider/`,
    `  processes        ${count('gateway')} gateways, ${count('api')} api, ${count('workers')} workers`,
    `  data and logs    ${relative(ROOT, cluster.dataDir)}  (the password is kept in ${relative(ROOT, OPERATOR_FILE)})`,
    ...limited.map(({ name, cannot }) => `  NOTE ${name}: ${cannot}`),
    '  next             ./rideline status · logs gateway-1 -f · token --role driver --id d1 · down',
  ].join('\n');
}
