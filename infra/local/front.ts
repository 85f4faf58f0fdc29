import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backendStatus, nullWhileAway, setDrain, workerPid } from '@rideline/infra/proxy/haproxy-runtime';
import { proxyConfig } from '@rideline/infra/proxy/proxy-variables';
import { loadConfig } from '@rideline/platform/config/config';
import { isRunning, type ProcessIdentity } from '@rideline/platform/process/process-identity';
import type { ClusterLaunch } from './cluster-launch.ts';
import { LaunchError } from './launch-error.ts';
import { claimPort, freePorts, isPortFree } from './ports.ts';
import type { Scale } from './process-specs.ts';
import { waitUntil } from './readiness.ts';
import { adminSocketOf, chooseHaproxy, haproxySpec } from './servers/haproxy.ts';

const DEFAULT_PORT = 8080;
/** Backends are checked every second or two; a busy machine starts them late. */
const BACKENDS_UP_MS = 60_000;

/** The port that a running HAProxy serves; null when it does not run. */
function runningFront(launch: ClusterLaunch): number | null {
  const proxy = launch.state.servers.find(({ name }) => name === 'haproxy');
  return proxy?.daemons.some((daemon) => isRunning(daemon)) ? Number(new URL(proxy.address).port) : null;
}

/**
 * The front port: the requested one, else the running one, the last one, 8080, a free one.
 * @throws LaunchError when the requested one is in use
 */
export async function chooseFrontPort(
  launch: ClusterLaunch,
  host: string,
  given: number | undefined,
): Promise<number> {
  const running = runningFront(launch);
  if (running !== null) {
    if (given === undefined || given === running) return running;
    throw new LaunchError(`the cluster already serves port ${running}`, 'Stop it first: ./rideline down');
  }
  if (given !== undefined) {
    if (await isPortFree(given, host)) return given;
    throw new LaunchError(
      `port ${given} is in use by another program`,
      'Give another one with --port, or stop what uses it',
    );
  }
  // Claimed: HAProxy binds it seconds later, and another launcher would choose it meanwhile.
  const [saved] = launch.ports.saved('front');
  if (saved !== undefined) {
    // Kept also when the claim fails: the program that chose it for this cluster (`up --port`) may still hold it.
    await claimPort(saved);
    if (await isPortFree(saved, host)) return saved;
  }
  if ((await claimPort(DEFAULT_PORT)) && (await isPortFree(DEFAULT_PORT, host))) return DEFAULT_PORT;
  const [free = 0] = await freePorts(1);
  launch.say(`port ${DEFAULT_PORT} is in use by another program: using ${free}`);
  return free;
}

function reload(daemon: ProcessIdentity): void {
  // Only to the master: it starts a worker with the new configuration and lets the old one finish.
  if (isRunning(daemon)) process.kill(daemon.pid, 'SIGUSR2');
}

function currentConfig(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, 'haproxy', 'haproxy.cfg'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Starts HAProxy, or reloads the running one, and waits until all backends are up. */
export async function ensureFront(
  launch: ClusterLaunch,
  host: string,
  port: number,
  scale: Scale,
): Promise<void> {
  const { kind, found: program } = await chooseHaproxy((line) => launch.say(line));
  const { dataDir } = launch.state;
  const wasRunning = runningFront(launch) !== null;
  const before = currentConfig(dataDir);
  const plan = {
    dataDir,
    host,
    port,
    gateways: launch.backends('gateway', scale),
    apis: launch.backends('api', scale),
    connectionsPerAddress: loadConfig({ ...process.env, ...launch.state.env }, 'launcher', proxyConfig)
      .connectionsPerAddress,
  };
  const spec = haproxySpec(program, plan);
  const address = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  await launch.ensureServer('haproxy', { kind, found: { address, daemons: [spec] } });
  const names = [...plan.gateways, ...plan.apis].map(({ name }) => name);
  if (wasRunning && before !== currentConfig(dataDir)) await reloadConfig(launch, names);
  launch.update({ url: address });
  await awaitBackends(dataDir, names);
}

/** Reloads HAProxy and waits until a worker has the new configuration. Gateways that were drained by hand stay drained. */
async function reloadConfig(launch: ClusterLaunch, names: readonly string[]): Promise<void> {
  const socket = adminSocketOf(launch.state.dataDir);
  const drained = (await backendStatus(socket)).filter(({ status }) => status.startsWith('DRAIN'));
  const before = await workerPid(socket);
  for (const daemon of launch.state.servers.find(({ name }) => name === 'haproxy')?.daemons ?? [])
    reload(daemon);
  const isReloaded = await waitUntil(
    async () => ![null, before].includes(await nullWhileAway(workerPid(socket))),
    BACKENDS_UP_MS,
  );
  if (!isReloaded)
    throw new LaunchError('HAProxy did not load its new configuration', 'See ./rideline logs haproxy');
  for (const { name } of drained) if (names.includes(name)) await setDrain(socket, name, true);
}

async function awaitBackends(dataDir: string, names: readonly string[]): Promise<void> {
  let down: string[] = [...names];
  const up = await waitUntil(async () => {
    const status = (await nullWhileAway(backendStatus(adminSocketOf(dataDir)))) ?? [];
    const isIn = (name: string): boolean =>
      status.some((item) => item.name === name && /^(UP|DRAIN)/.test(item.status));
    down = names.filter((name) => !isIn(name));
    return down.length === 0;
  }, BACKENDS_UP_MS);
  if (!up) throw new LaunchError(`HAProxy does not reach ${down.join(', ')}`, 'See ./rideline logs haproxy');
}
