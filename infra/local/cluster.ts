import { isRunning, isStopped, signalGroup } from '@rideline/platform/process/process-identity';
import {
  type ClusterState,
  readClusterState,
  removeClusterState,
  writeClusterState,
} from './cluster-state.ts';
import { awaitReady, type Daemon, killDaemon, launch, stopDaemon } from './daemon.ts';
import { LaunchError } from './launch-error.ts';
import { PROCESS_ROLES, type ProcessRole } from './process-specs.ts';
import { waitUntil } from './readiness.ts';
import type { ServerKind } from './server-choice.ts';
import type { ServerName } from './servers/managed-server.ts';
import { awaitPrimary } from './servers/replica-set.ts';

export type ServerInfo = {
  readonly name: ServerName;
  readonly kind: ServerKind;
  readonly address: string;
  /** Of its first program; absent when the launcher did not start the server. */
  readonly pid?: number;
  readonly alive?: boolean;
  readonly cannot?: string;
};

export type ProcessInfo = {
  readonly name: string;
  readonly role: ProcessRole;
  readonly pid: number;
  readonly port: number | null;
  readonly innerPort: number;
  readonly alive: boolean;
};

/** A running cluster, as `startCluster` and `attachCluster` give it. Names: gateway-1, api-1, workers-1, redis-log, mongo, haproxy … */
export interface Cluster {
  /** Address of the front port; empty when the cluster has no HAProxy. */
  readonly url: string;
  readonly dataDir: string;
  /** Environment shared by all processes: addresses, keys file, demo operator. */
  readonly env: Readonly<Record<string, string>>;
  readonly servers: readonly ServerInfo[];
  readonly processes: readonly ProcessInfo[];
  /** Stops in order: HAProxy accepts nothing new, then gateways, API, workers, servers. Data stays. Returns what had to be killed. */
  stop(): Promise<{ killed: string[] }>;
  /** Sends the signal (default SIGKILL), and waits for the exit when it is a signal that ends a process. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts again what was killed, on the same port and data, and waits until it is ready. Does nothing to what runs. */
  start(name: string): Promise<void>;
  /** SIGSTOP: the program keeps its sockets but does not respond. */
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
}

const ENDING_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
]);
const END_MS = 30_000;
const STOP_MS = 10_000;

/** The programs of a name: a process, all programs of a server (`mongo` may be three), or one of them (`mongo-2`). */
function daemonsNamed(state: ClusterState, name: string): Daemon[] {
  const found = [
    ...state.processes.filter((item) => item.name === name).map(({ daemon }) => daemon),
    ...state.servers.flatMap((server) =>
      server.daemons.filter((daemon) => server.name === name || daemon.name === name),
    ),
  ];
  if (found.length > 0) return found;
  const server = state.servers.find((item) => item.name === name);
  if (server)
    throw new LaunchError(`${name} was not started here (${server.kind})`, 'Control it where it runs');
  const names = [...state.processes, ...state.servers].map((item) => item.name).join(', ');
  throw new LaunchError(`there is no ${name}`, `The names are ${names}`);
}

/** The state with one program replaced by the one that was started in its place. */
export function withDaemon(state: ClusterState, daemon: Daemon): ClusterState {
  const swap = (old: Daemon): Daemon => (old.name === daemon.name ? daemon : old);
  return {
    ...state,
    servers: state.servers.map((server) => ({ ...server, daemons: server.daemons.map(swap) })),
    processes: state.processes.map((item) => ({ ...item, daemon: swap(item.daemon) })),
  };
}

class LocalCluster implements Cluster {
  readonly #file: string;
  #state: ClusterState;

  constructor(file: string, state: ClusterState) {
    this.#file = file;
    this.#state = state;
  }

  get url(): string {
    return this.#state.url;
  }

  get dataDir(): string {
    return this.#state.dataDir;
  }

  get env(): Readonly<Record<string, string>> {
    return this.#state.env;
  }

  get servers(): readonly ServerInfo[] {
    return this.#state.servers.map(({ name, kind, address, cannot, daemons }) => ({
      name,
      kind,
      address,
      ...(daemons[0] ? { pid: daemons[0].pid, alive: daemons.every((daemon) => isRunning(daemon)) } : {}),
      ...(cannot === undefined ? {} : { cannot }),
    }));
  }

  get processes(): readonly ProcessInfo[] {
    return this.#state.processes.map(({ daemon, ...rest }) => ({
      ...rest,
      pid: daemon.pid,
      alive: isRunning(daemon),
    }));
  }

  async stop(): Promise<{ killed: string[] }> {
    const killed: string[] = [];
    const stopAll = async (daemons: readonly Daemon[]): Promise<void> => {
      const ends = await Promise.all(daemons.map((daemon) => stopDaemon(daemon)));
      killed.push(...daemons.filter((_, index) => ends[index] === 'killed').map(({ name }) => name));
    };
    const serverDaemons = (matches: (name: ServerName) => boolean): Daemon[] =>
      this.#state.servers.filter(({ name }) => matches(name)).flatMap(({ daemons }) => daemons);
    const proxies = serverDaemons((name) => name === 'haproxy');
    // SIGUSR1 is HAProxy's soft stop: it accepts no new connection; the open ones end with their gateway.
    for (const proxy of proxies) signalGroup(proxy, 'SIGUSR1');
    for (const role of PROCESS_ROLES) {
      await stopAll(this.#state.processes.filter((item) => item.role === role).map(({ daemon }) => daemon));
    }
    await stopAll(proxies);
    await stopAll(serverDaemons((name) => name !== 'haproxy'));
    // Last: the programs write while they stop.
    if (this.#state.logKeeper) await stopAll([this.#state.logKeeper]);
    removeClusterState(this.#file);
    return { killed };
  }

  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await Promise.all(
      daemonsNamed(this.#state, name).map(async (daemon) => {
        if (signal === 'SIGKILL') return killDaemon(daemon);
        signalGroup(daemon, signal);
        if (!ENDING_SIGNALS.has(signal)) return;
        if (!(await waitUntil(() => !isRunning(daemon), END_MS))) {
          throw new LaunchError(`${daemon.name} did not end on ${signal}`, `Its log: ${daemon.logFile}`);
        }
      }),
    );
  }

  async start(name: string): Promise<void> {
    const dead = daemonsNamed(this.#state, name).filter((daemon) => !isRunning(daemon));
    await Promise.all(
      dead.map(async (old) => {
        const daemon = await launch(old);
        this.#state = withDaemon(this.#state, daemon);
        writeClusterState(this.#file, this.#state);
        await awaitReady(daemon);
      }),
    );
    const mongo = this.#state.servers.find((server) => server.name === 'mongo');
    if (mongo && dead.some((daemon) => mongo.daemons.some((member) => member.name === daemon.name))) {
      await awaitPrimary(mongo.address);
    }
  }

  async pause(name: string): Promise<void> {
    const daemons = daemonsNamed(this.#state, name);
    for (const daemon of daemons) signalGroup(daemon, 'SIGSTOP');
    // kill() returns before the signal is delivered: on a busy machine a server responds for some milliseconds more.
    if (!(await waitUntil(() => daemons.every(({ pid }) => isStopped(pid)), STOP_MS)))
      throw new LaunchError(`${name} did not stop on SIGSTOP`, 'Is it running?');
  }

  async resume(name: string): Promise<void> {
    for (const daemon of daemonsNamed(this.#state, name)) signalGroup(daemon, 'SIGCONT');
  }
}

export function clusterOf(file: string, state: ClusterState): Cluster {
  return new LocalCluster(file, state);
}

/** The cluster of a cluster file, running or not; null when there is none. */
export function attachCluster(file: string): Cluster | null {
  const state = readClusterState(file);
  return state ? clusterOf(file, state) : null;
}
