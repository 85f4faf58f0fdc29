import type { Role } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import type { Accounted } from '../../process/process-cpu.ts';
import type { Observed } from '../../soak/process-samples.ts';
import type { ProcessRecord } from '../run-report.ts';

/**
 * What a run loads: a cluster of its own, the local cluster, a baseline stack or a remote deployment. Disposing of it stops what was
 * started for the run and nothing else.
 */
export interface LoadPlace extends AsyncDisposable {
  /** Addresses of the front, at least one; parts of a scenario are spread over them. */
  readonly urls: readonly [string, ...string[]];
  readonly own: boolean;
  /** One line: processes and servers, stand-ins named. */
  readonly what: string;
  readonly variant: string;
  readonly variantTitle: string;
  /** Programs and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a reader of the report must know of this place. */
  readonly notes: readonly string[];
  /** Null when no key is at hand that the deployment accepts. */
  readonly issueToken: TokenIssuer | null;
  /** Null for a deployment whose processes cannot be read. */
  readonly inside: InsideView | null;
  /** Only of a cluster that this run started: what chaos may break. */
  readonly cluster: Cluster | null;
}

/** What the recorder reads of a place whose processes run on this machine. */
export interface InsideView {
  /** Programs whose CPU and memory count; read again for each sample, since a restart changes their pids. */
  programs(): readonly Accounted[];
  /** Processes that serve /metrics. */
  processes(): readonly Observed[];
  kindOf(program: string): ProcessRecord['kind'];
  /** Jobs that wait, by queue. @throws while they cannot be read */
  queues(): Promise<ReadonlyMap<string, number>>;
  /** Entries of the fix streams that are not stored yet; null: there are none. @throws while they cannot be read */
  fixBacklog(): Promise<number | null>;
}

/** What a place must bring for a scenario. */
export interface PlaceNeeds {
  readonly scale: { readonly gateway: number; readonly api: number; readonly workers: number };
  readonly s3: boolean;
  /** HAProxy processes: one holds at most half as many connections as it may open files. */
  readonly fronts: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Roles whose tokens a scenario takes. */
export type LoadRole = Extract<Role, 'driver' | 'rider' | 'operator'>;
