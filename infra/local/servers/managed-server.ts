import type { Daemon, DaemonSpec } from '../daemon.ts';
import type { ServerKind } from '../server-choice.ts';

export const SERVER_NAMES = ['redis-log', 'redis-state', 'redis-cache', 'mongo', 's3', 'haproxy'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** What a source has to say about a server before anything is started. */
export type ServerPlan = {
  /** For the processes' environment. */
  readonly address: string;
  /** What is to be started; none when the address came from the environment. */
  readonly daemons: readonly DaemonSpec[];
  /** What this server cannot do, in one line, when it is not the real thing. */
  readonly cannot?: string;
  /** What must happen once all daemons answer (a replica set is made). Safe to repeat. */
  readonly afterStart?: () => Promise<void>;
};

/** A server in use: started by us, or only used by us when `daemons` is empty. */
export type ManagedServer = {
  readonly name: ServerName;
  readonly kind: ServerKind;
  readonly address: string;
  readonly cannot?: string;
  readonly daemons: readonly Daemon[];
};

/** `everysec` may lose the last second when the machine (not the process) dies; `always` costs a disk flush a write. */
export type AppendFsync = 'everysec' | 'always';

/** What every server needs to know to be planned. */
export type PlanContext = {
  readonly dataDir: string;
  /** Environment that names the addresses to use instead: the caller's, then the launcher's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The ports of the last run for this server, if it ran before; else free ones. */
  readonly ports: (name: string, count: number) => Promise<readonly number[]>;
  readonly fsync: AppendFsync;
  readonly onProgress: (line: string) => void;
};
