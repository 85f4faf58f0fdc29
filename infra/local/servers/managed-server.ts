import type { Daemon, DaemonSpec } from '../daemon.ts';
import type { ServerKind } from '../server-choice.ts';

export const SERVER_NAMES = ['redis-log', 'redis-state', 'redis-cache', 'mongo', 's3', 'haproxy'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** How a server will be started, or which one is used. */
export type ServerPlan = {
  /** Address for the processes' environment. */
  readonly address: string;
  /** The programs to start; none when the address came from the environment. */
  readonly daemons: readonly DaemonSpec[];
  /** What this server cannot do, in one line, when it is a stand-in. */
  readonly cannot?: string;
  /** Runs once all daemons respond, for example to initiate the replica set. Safe to repeat. */
  readonly afterStart?: () => Promise<void>;
};

/** A server in use. The launcher started it unless `daemons` is empty. */
export type ManagedServer = {
  readonly name: ServerName;
  readonly kind: ServerKind;
  readonly address: string;
  readonly cannot?: string;
  readonly daemons: readonly Daemon[];
};

/** `everysec` may lose the last second when the machine (not the process) fails; `always` costs a disk flush per write. */
export type AppendFsync = 'everysec' | 'always';

/** Input for planning a server. */
export type PlanContext = {
  readonly dataDir: string;
  /** Environment with addresses to use instead of starting a server: the caller's, then the launcher's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The ports of the server's last run, or free ones when it never ran. */
  readonly ports: (name: string, count: number) => Promise<readonly number[]>;
  readonly fsync: AppendFsync;
  readonly onProgress: (line: string) => void;
};
