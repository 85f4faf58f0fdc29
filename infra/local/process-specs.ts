import { join } from 'node:path';
import type { DaemonSpec } from './daemon.ts';
import { ROOT } from './paths.ts';

export const PROCESS_ROLES = ['gateway', 'api', 'workers'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];
export type Scale = Readonly<Record<ProcessRole, number>>;

/** Two gateways, so that the path between gateways is used from the first run on. */
export const DEFAULT_SCALE: Scale = { gateway: 2, api: 1, workers: 1 };
export const MAX_SCALE = 16;

const ENTRY_FILES: Readonly<Record<ProcessRole, string>> = {
  gateway: 'realtime/src/main.ts',
  api: 'api/src/main.ts',
  workers: 'workers/src/main.ts',
};

/** A busy machine starts a dozen processes at once: minutes of CPU. A process that ends is reported at once, whatever this is. */
const READY_MS = 60_000;
/** Longer than the default of RIDELINE_SHUTDOWN_MS (10 s), so that a slow process can log why it was slow. */
const STOP_MS = 15_000;

/** The names of a role's processes: gateway-1, gateway-2 … */
export function processNames(scale: Scale): { name: string; role: ProcessRole }[] {
  return PROCESS_ROLES.flatMap((role) =>
    Array.from({ length: scale[role] }, (_, index) => ({ name: `${role}-${index + 1}`, role })),
  );
}

/** Where the processes of a data folder keep temporary files: what a killed one leaves is removed with the data. */
export function temporaryFolderOf(dataDir: string): string {
  return join(dataDir, 'tmp');
}

/** How one process is started: Node on its entry file, configured by its environment alone. */
export function processSpec(input: {
  readonly name: string;
  readonly role: ProcessRole;
  readonly port: number | null;
  readonly innerPort: number;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}): DaemonSpec {
  return {
    name: input.name,
    command: process.execPath,
    args: [join(ROOT, ENTRY_FILES[input.role])],
    cwd: ROOT,
    env: {
      ...input.env,
      TMPDIR: temporaryFolderOf(input.dataDir),
      RIDELINE_PROCESS: input.name,
      RIDELINE_HOST: '127.0.0.1',
      RIDELINE_PORT: String(input.port ?? 0),
      RIDELINE_INNER_PORT: String(input.innerPort),
    },
    logFile: join(input.dataDir, 'logs', `${input.name}.log`),
    probe: { kind: 'http', url: `http://127.0.0.1:${input.innerPort}/health/ready` },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}
