import { mkdirSync } from 'node:fs';
import type { Backend } from '@rideline/infra/proxy/haproxy-config';
import { isRunning } from '@rideline/platform/process/process-identity';
import type { ClusterOptions } from './cluster-options.ts';
import { type ClusterState, daemonsOf, type ManagedProcess, writeClusterState } from './cluster-state.ts';
import { awaitReady, type Daemon, type DaemonSpec, launch, stopDaemon } from './daemon.ts';
import { LaunchError } from './launch-error.ts';
import {
  type ProcessRole,
  processNames,
  processSpec,
  type Scale,
  temporaryFolderOf,
} from './process-specs.ts';
import type { SavedPorts } from './saved-ports.ts';
import type { Chosen } from './server-choice.ts';
import type { ManagedServer, PlanContext, ServerName, ServerPlan } from './servers/managed-server.ts';

/**
 * One run of the launcher over one data folder: starts what is missing and keeps what runs. It writes the cluster file after
 * each start, so that `down` finds every program even when the launcher is killed half-way.
 */
export class ClusterLaunch {
  readonly #file: string;
  /** The ports of this data folder. */
  readonly ports: SavedPorts;
  readonly #options: ClusterOptions;
  readonly #startedNow: Daemon[] = [];
  #state: ClusterState;

  constructor(file: string, initial: ClusterState, ports: SavedPorts, options: ClusterOptions) {
    this.#file = file;
    this.#state = initial;
    this.ports = ports;
    this.#options = options;
  }

  get state(): ClusterState {
    return this.#state;
  }

  say(line: string): void {
    this.#options.onProgress?.(line);
  }

  update(change: Partial<ClusterState>): void {
    this.#state = { ...this.#state, ...change };
    writeClusterState(this.#file, this.#state);
  }

  planContext(): PlanContext {
    return {
      dataDir: this.#state.dataDir,
      env: { ...process.env, ...this.#options.env },
      fsync: this.#options.fsync ?? 'everysec',
      onProgress: (line) => this.say(line),
      ports: (name, count) => this.ports.take(name, count, this.#runs(name)),
    };
  }

  /** Whether the program of that name, or any program of that server, runs: then its ports are in use by us. */
  #runs(name: string): boolean {
    const server = this.#state.servers.find((item) => item.name === name || `${item.name}-standin` === name);
    const daemons = server?.daemons ?? daemonsOf(this.#state).filter((daemon) => daemon.name === name);
    return daemons.some((daemon) => isRunning(daemon));
  }

  /** Starts the program unless it runs. `record` stores it in the state before its readiness is awaited. */
  async ensure(spec: DaemonSpec, record: (daemon: Daemon) => void): Promise<Daemon> {
    const running = daemonsOf(this.#state).find((daemon) => daemon.name === spec.name && isRunning(daemon));
    if (running) return running;
    const daemon = await launch(spec);
    this.#startedNow.push(daemon);
    record(daemon);
    await awaitReady(daemon);
    return daemon;
  }

  /** Starts one server as planned, or records the address that is used instead. */
  async ensureServer(name: ServerName, { kind, found }: Chosen<ServerPlan>): Promise<void> {
    const previous = this.#state.servers.find((server) => server.name === name);
    const runningBefore = previous?.daemons.filter((daemon) => isRunning(daemon)) ?? [];
    if (previous && previous.address !== found.address) await this.#replace(previous, runningBefore);
    const base: ManagedServer = {
      name,
      // The second time, Debian's package is found on the PATH; the kind of the first start is kept.
      kind: runningBefore.length > 0 && previous ? previous.kind : kind,
      address: found.address,
      daemons: previous?.address === found.address ? previous.daemons : [],
      ...(found.cannot === undefined ? {} : { cannot: found.cannot }),
    };
    this.#putServer(base);
    const record = (daemon: Daemon): void => {
      const current = this.#state.servers.find((server) => server.name === name) ?? base;
      this.#putServer({
        ...current,
        daemons: [...current.daemons.filter((old) => old.name !== daemon.name), daemon],
      });
    };
    await Promise.all(found.daemons.map((spec) => this.ensure(spec, record)));
    await found.afterStart?.();
    this.say(`${name}: ${describeSource(kind)}${found.cannot === undefined ? '' : ` — ${found.cannot}`}`);
  }

  /** Stops a server that another address replaces, but never while processes that use it run. */
  async #replace(previous: ManagedServer, running: readonly Daemon[]): Promise<void> {
    // No process uses HAProxy: after its death, with its port taken by another program, it starts on another one.
    const isUsed = previous.name !== 'haproxy' || running.length > 0;
    if (isUsed && this.#state.processes.some(({ daemon }) => isRunning(daemon))) {
      throw new LaunchError(
        `the running cluster uses another ${previous.name}`,
        'Stop it first: ./rideline down',
      );
    }
    await Promise.all(running.map((daemon) => stopDaemon(daemon)));
  }

  #putServer(server: ManagedServer): void {
    const others = this.#state.servers.filter(({ name }) => name !== server.name);
    this.update({ servers: [...others, server] });
  }

  async ensureProcesses(scale: Scale): Promise<void> {
    mkdirSync(temporaryFolderOf(this.#state.dataDir), { recursive: true });
    await Promise.all(processNames(scale).map(({ name, role }) => this.#ensureProcess(name, role)));
  }

  async #ensureProcess(name: string, role: ProcessRole): Promise<void> {
    const [innerPort = 0, port = null] = await this.ports.take(
      name,
      role === 'workers' ? 1 : 2,
      this.#runs(name),
    );
    const spec = processSpec({
      name,
      role,
      port,
      innerPort,
      dataDir: this.#state.dataDir,
      env: this.#state.env,
    });
    await this.ensure(spec, (daemon) => {
      const item: ManagedProcess = { name, role, port, innerPort, daemon };
      const others = this.#state.processes.filter((other) => other.name !== name);
      const sorted = [...others, item].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      this.update({ processes: sorted });
    });
  }

  /** Stops the processes that are above a smaller scale. */
  async stopSurplus(scale: Scale): Promise<void> {
    const target = new Set(processNames(scale).map(({ name }) => name));
    const surplus = this.#state.processes.filter(({ name }) => !target.has(name));
    await Promise.all(surplus.map(({ daemon }) => stopDaemon(daemon)));
    if (surplus.length > 0)
      this.update({ processes: this.#state.processes.filter(({ name }) => target.has(name)) });
  }

  backends(role: ProcessRole, scale: Scale): Backend[] {
    const target = new Set(processNames(scale).map(({ name }) => name));
    return this.#state.processes
      .filter((item) => item.role === role && target.has(item.name))
      .map(({ name, port, innerPort }) => ({ name, port: port ?? 0, innerPort }));
  }

  /** After a failure: stops what this run started, newest first. What ran before keeps running. */
  async undo(): Promise<void> {
    for (const daemon of this.#startedNow.toReversed()) await stopDaemon(daemon);
  }
}

function describeSource(kind: Chosen<ServerPlan>['kind']): string {
  return {
    environment: 'address from the environment',
    path: 'program on the PATH',
    package: 'installed package',
    'stand-in': 'STAND-IN',
  }[kind];
}
