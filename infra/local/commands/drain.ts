import { backendStatus, setDrain } from '@rideline/infra/proxy/haproxy-runtime';
import { parseOptions } from '../arguments.ts';
import { attachCluster } from '../cluster.ts';
import { LaunchError, UsageError } from '../launch-error.ts';
import { CLUSTER_FILE } from '../paths.ts';
import { adminSocketOf } from '../servers/haproxy.ts';

/** `drain gateway-N [--undo]`: sends new clients to other gateways. Connected clients stay until they leave or the gateway stops. */
export async function drain(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(args, { undo: { type: 'boolean' } }, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('drain needs a gateway', 'Give gateway-1, gateway-2 …');
  const cluster = attachCluster(CLUSTER_FILE);
  const haproxy = cluster?.servers.find((server) => server.name === 'haproxy');
  if (!cluster || !haproxy?.alive) throw new LaunchError('no cluster is running', 'Start it: ./rideline up');
  const gateways = cluster.processes.filter(({ role }) => role === 'gateway').map((item) => item.name);
  const known = `The gateways are ${gateways.join(', ')}`;
  if (!gateways.includes(name)) throw new UsageError(`there is no gateway '${name}'`, known);
  const socket = adminSocketOf(cluster.dataDir);
  await setDrain(socket, name, values.undo !== true);
  const now = (await backendStatus(socket)).find((item) => item.name === name);
  console.log(`${name}: ${now?.status ?? 'unknown'}, ${now?.sessions ?? 0} connections`);
}
