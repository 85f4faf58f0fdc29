import { pathToFileURL } from 'node:url';
import { attachCluster } from './cluster.ts';
import { describeLaunchError, LaunchError } from './launch-error.ts';
import { CLUSTER_FILE } from './paths.ts';

/**
 * `with-cluster.ts ENTRY ARGUMENTS…`: runs a command (migrate, rebuild, backup, restore, create-admin) with the addresses of the
 * running cluster. An address in the environment takes precedence.
 */
const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) throw new Error('usage: with-cluster.ts ENTRY ARGUMENTS…');

const cluster = attachCluster(CLUSTER_FILE);
if (!cluster && !process.env.MONGODB_URI) {
  const error = new LaunchError(
    'no cluster is running',
    'Start it: ./rideline up (or set MONGODB_URI and REDIS_*_URL)',
  );
  console.error(`rideline: ${describeLaunchError(error)}`);
  process.exit(1);
}
for (const [name, value] of Object.entries(cluster?.env ?? {})) process.env[name] ??= value;
process.argv.splice(1, process.argv.length - 1, entry, ...rest);
await import(pathToFileURL(entry).href);
