import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning } from '@rideline/platform/process/process-identity';
import type { Daemon } from './daemon.ts';
import type { ProcessRole, Scale } from './process-specs.ts';
import type { ManagedServer } from './servers/managed-server.ts';

export type ManagedProcess = {
  readonly name: string;
  readonly role: ProcessRole;
  /** Null for workers, which take no traffic. */
  readonly port: number | null;
  readonly innerPort: number;
  readonly daemon: Daemon;
};

/** What runs, written after every start. The launcher has no process of its own, so this file is its only state. */
export type ClusterState = {
  readonly v: 1;
  readonly dataDir: string;
  readonly host: string;
  readonly url: string;
  readonly scale: Scale;
  readonly startedAtMs: number;
  /** Environment that all processes share: addresses, keys file, demo operator. */
  readonly env: Readonly<Record<string, string>>;
  readonly servers: readonly ManagedServer[];
  readonly processes: readonly ManagedProcess[];
  /** Absent in the file of an older launcher. */
  readonly logKeeper?: Daemon;
};

/** The state in a cluster file; null when there is none. */
export function readClusterState(file: string): ClusterState | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterState) : null;
}

/** Replaces the file atomically, so that no reader sees half of it. Mode 0600: it holds the demo operator's password. */
export function writeClusterState(file: string, state: ClusterState): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.part`;
  writeFileSync(part, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, file);
}

export function removeClusterState(file: string): void {
  rmSync(file, { force: true });
}

/** Every program of the cluster, servers first. */
export function daemonsOf(state: ClusterState): Daemon[] {
  return [
    ...state.servers.flatMap(({ daemons }) => daemons),
    ...state.processes.map(({ daemon }) => daemon),
    ...(state.logKeeper ? [state.logKeeper] : []),
  ];
}

export function isAnythingRunning(state: ClusterState): boolean {
  return daemonsOf(state).some((daemon) => isRunning(daemon));
}
