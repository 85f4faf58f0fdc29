import type { Scale } from './process-specs.ts';
import type { AppendFsync, ServerName } from './servers/managed-server.ts';

export type ClusterOptions = {
  /** Folder of the cluster's data, configuration and logs. `stop` keeps it. */
  readonly dataDir: string;
  /** Default: `.rideline/cluster.json` for a folder under `.rideline`, else `cluster.json` in the data folder. */
  readonly stateFile?: string;
  /** Address that the front port binds to; default 127.0.0.1. */
  readonly host?: string;
  /** Front port; an error when it is in use. Absent: the last one, 8080, or a free one. */
  readonly port?: number;
  readonly scale?: Partial<Scale>;
  /** Extra variables for the processes. An address among them (REDIS_LOG_URL, MONGODB_URI …) also replaces the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: all. A test that needs no HAProxy or no MongoDB omits it. */
  readonly servers?: readonly ServerName[];
  readonly fsync?: AppendFsync;
  /** Called with one line per step, to show to a person. */
  readonly onProgress?: (line: string) => void;
  /** Whether to build the dashboard and the apps when they are missing or stale. Default: only when HAProxy is among the servers. */
  readonly dashboard?: boolean;
};
