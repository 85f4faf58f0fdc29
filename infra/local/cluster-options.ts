import type { Scale } from './process-specs.ts';
import type { AppendFsync, ServerName } from './servers/managed-server.ts';

export type ClusterOptions = {
  /** Where data, configuration and logs of this cluster live. Kept by `stop`. */
  readonly dataDir: string;
  /** Default: `.rideline/cluster.json` for a folder under `.rideline`, else `cluster.json` in the data folder. */
  readonly stateFile?: string;
  /** Address that the front port binds; default 127.0.0.1. */
  readonly host?: string;
  /** Front port; an error when it is taken. Absent: the last one, 8080, or a free one. */
  readonly port?: number;
  readonly scale?: Partial<Scale>;
  /** Extra variables for the processes; addresses in here (REDIS_LOG_URL, MONGODB_URI …) replace servers too. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: all. A test that needs no HAProxy or no Mongo leaves it out. */
  readonly servers?: readonly ServerName[];
  readonly fsync?: AppendFsync;
  /** One line for each step, for people. */
  readonly onProgress?: (line: string) => void;
  /** Build the operator's page when it is missing or stale (default: only when HAProxy is among the servers). */
  readonly dashboard?: boolean;
};
