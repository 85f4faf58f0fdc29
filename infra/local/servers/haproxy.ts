import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backend, haproxyConfig, maxConnectionsFor } from '@rideline/infra/proxy/haproxy-config';
import type { DaemonSpec } from '../daemon.ts';
import { installCommand, installDebianPackages, wasInstalledHere } from '../debian-packages.ts';
import { LaunchError } from '../launch-error.ts';
import { findProgram } from '../program-path.ts';
import { type Chosen, chooseServer, type ServerSource } from '../server-choice.ts';

const READY_MS = 30_000;
const STOP_MS = 5_000;

export type HaproxyPlan = {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly gateways: readonly Backend[];
  readonly apis: readonly Backend[];
  /** Concurrent connections of one address; 0 for no limit. */
  readonly connectionsPerAddress: number;
};

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, and HAProxy first binds a longer temporary name. */
const LONGEST_SOCKET_PATH = 85;

/** HAProxy's admin socket: in the data folder, or in /tmp when that path is too long for a socket. */
export function adminSocketOf(dataDir: string): string {
  const inside = join(dataDir, 'haproxy', 'admin.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return join('/tmp', `rideline-${digest}.sock`);
}

function openFilesLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** Writes haproxy.cfg for the plan and returns how to start HAProxy. */
export function haproxySpec(program: string, plan: HaproxyPlan): DaemonSpec {
  const folder = join(plan.dataDir, 'haproxy');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'haproxy.cfg');
  const adminSocket = adminSocketOf(plan.dataDir);
  writeFileSync(
    file,
    haproxyConfig({ ...plan, adminSocket, maxConnections: maxConnectionsFor(openFilesLimit()) }),
  );
  return {
    name: 'haproxy',
    command: program,
    // Master and worker: SIGUSR2 then applies another scale without closing a socket.
    args: ['-W', '-f', file],
    cwd: folder,
    env: {},
    logFile: join(plan.dataDir, 'logs', 'haproxy.log'),
    probe: { kind: 'tcp', host: plan.host === '0.0.0.0' ? '127.0.0.1' : plan.host, port: plan.port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}

/** In order: the program on the PATH, Debian's package. */
export function haproxySources(onProgress: (line: string) => void): ServerSource<string>[] {
  return [
    {
      kind: 'path',
      describes: 'haproxy on the PATH',
      find: async () => (wasInstalledHere('haproxy') ? null : findProgram('haproxy')),
    },
    {
      kind: 'package',
      describes: "Debian's package haproxy",
      find: async () => {
        if (!findProgram('haproxy')) {
          onProgress("installing haproxy (Debian's package)");
          await installDebianPackages(['haproxy']);
        }
        return findProgram('haproxy');
      },
    },
  ];
}

export async function chooseHaproxy(onProgress: (line: string) => void): Promise<Chosen<string>> {
  const chosen = await chooseServer(haproxySources(onProgress));
  if (!chosen) throw new LaunchError('haproxy is missing', installCommand(['haproxy']));
  return chosen;
}
