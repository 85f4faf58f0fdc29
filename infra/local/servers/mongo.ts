import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonSpec } from '../daemon.ts';
import { LaunchError } from '../launch-error.ts';
import { TOOLS_DIR } from '../paths.ts';
import { findProgram } from '../program-path.ts';
import { type Chosen, chooseServer, type ServerSource } from '../server-choice.ts';
import { claimData } from './data-owner.ts';
import type { PlanContext, ServerPlan } from './managed-server.ts';
import { downloadedMongod } from './mongo-download.ts';
import { STANDIN_CANNOT, standinJar, standinSpec } from './mongo-standin.ts';
import { awaitPrimary, ensureReplicaSet, REPLICA_SET, replicaSetUri } from './replica-set.ts';

const MEMBERS = 3;
const READY_MS = 60_000;
const STOP_MS = 20_000;

function memberSpec(program: string, member: number, port: number, rootDir: string): DaemonSpec {
  const name = `mongo-${member}`;
  const dataDir = join(rootDir, name);
  mkdirSync(dataDir, { recursive: true });
  return {
    name,
    command: program,
    // Three members share one machine: each one's default cache is half of its memory.
    args: [
      ...['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', dataDir, '--replSet', REPLICA_SET],
      ...['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '512'],
    ],
    cwd: dataDir,
    env: {},
    logFile: join(rootDir, 'logs', `${name}.log`),
    probe: { kind: 'tcp', host: '127.0.0.1', port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}

async function planReplicaSet(program: string, context: PlanContext): Promise<ServerPlan> {
  claimData(context.dataDir, 'mongo', 'mongod');
  const ports = await context.ports('mongo', MEMBERS);
  return {
    address: replicaSetUri(ports),
    daemons: ports.map((port, index) => memberSpec(program, index + 1, port, context.dataDir)),
    afterStart: () => ensureReplicaSet(ports),
  };
}

async function planStandin(context: PlanContext): Promise<ServerPlan> {
  claimData(context.dataDir, 'mongo', 'stand-in');
  const jar = await standinJar(TOOLS_DIR, context.onProgress);
  const [port = 0] = await context.ports('mongo-standin', 1);
  const address = replicaSetUri([port]);
  return {
    address,
    daemons: [await standinSpec(jar, port, context.dataDir, context.onProgress)],
    cannot: STANDIN_CANNOT,
    afterStart: () => awaitPrimary(address),
  };
}

/** In order: MONGODB_URI, `mongod` on the PATH, mongodb-memory-server's download, the stand-in. */
export function mongoSources(context: PlanContext): ServerSource<ServerPlan>[] {
  return [
    {
      kind: 'environment',
      describes: 'MONGODB_URI',
      find: async () => {
        const address = context.env.MONGODB_URI;
        return address ? { address, daemons: [] } : null;
      },
    },
    {
      kind: 'path',
      describes: 'mongod on the PATH',
      find: async () => {
        const program = findProgram('mongod');
        return program ? planReplicaSet(program, context) : null;
      },
    },
    {
      kind: 'package',
      describes: "mongodb-memory-server's download",
      find: async () => {
        const program = await downloadedMongod(TOOLS_DIR, context.onProgress);
        return program ? planReplicaSet(program, context) : null;
      },
    },
    { kind: 'stand-in', describes: 'infra/mongo-standin', find: () => planStandin(context) },
  ];
}

export async function planMongo(context: PlanContext): Promise<Chosen<ServerPlan>> {
  const chosen = await chooseServer(mongoSources(context));
  if (!chosen) throw new LaunchError('there is no MongoDB server', 'Set MONGODB_URI');
  return chosen;
}
