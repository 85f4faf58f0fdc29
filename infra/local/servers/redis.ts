import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonSpec } from '../daemon.ts';
import { installCommand, installDebianPackages, wasInstalledHere } from '../debian-packages.ts';
import { LaunchError } from '../launch-error.ts';
import { findProgram } from '../program-path.ts';
import { type Chosen, chooseServer, type ServerSource } from '../server-choice.ts';
import type { AppendFsync, PlanContext, ServerPlan } from './managed-server.ts';

export const REDIS_NAMES = ['redis-log', 'redis-state', 'redis-cache'] as const;
export type RedisName = (typeof REDIS_NAMES)[number];

type RedisPolicy = {
  readonly variable: 'REDIS_LOG_URL' | 'REDIS_STATE_URL' | 'REDIS_CACHE_URL';
  readonly maxmemory: string;
  readonly eviction: 'noeviction' | 'allkeys-lru';
  readonly appendOnly: boolean;
};

/** What each Redis may lose: log and state never evict and are written to disk, the cache may lose everything. */
export const REDIS_POLICIES: Readonly<Record<RedisName, RedisPolicy>> = {
  'redis-log': { variable: 'REDIS_LOG_URL', maxmemory: '1gb', eviction: 'noeviction', appendOnly: true },
  'redis-state': { variable: 'REDIS_STATE_URL', maxmemory: '1gb', eviction: 'noeviction', appendOnly: true },
  'redis-cache': {
    variable: 'REDIS_CACHE_URL',
    maxmemory: '128mb',
    eviction: 'allkeys-lru',
    appendOnly: false,
  },
};

/** Loading a gigabyte of append-only file takes tens of seconds on a slow disk. */
const READY_MS = 60_000;
const STOP_MS = 15_000;
/** The trips' channels use sharded Pub/Sub. */
const REDIS_LEAST_MAJOR = 7;

/** The text of redis.conf for one of the three. */
export function redisConfig(
  name: RedisName,
  port: number,
  dataDir: string,
  fsync: AppendFsync = 'everysec',
): string {
  const { maxmemory, eviction, appendOnly } = REDIS_POLICIES[name];
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    'protected-mode yes',
    'daemonize no',
    // In double quotes Redis reads a backslash as the beginning of an escape.
    `dir "${dataDir.replaceAll(/["\\]/g, '\\$&')}"`,
    'save ""',
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    `appendfsync ${fsync}`,
    `maxmemory ${maxmemory}`,
    `maxmemory-policy ${eviction}`,
    'maxclients 10000',
    '',
  ].join('\n');
}

function daemonSpec(name: RedisName, program: string, port: number, context: PlanContext): DaemonSpec {
  const dataDir = join(context.dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'redis.conf');
  writeFileSync(file, redisConfig(name, port, dataDir, context.fsync));
  return {
    name,
    command: program,
    args: [file],
    cwd: dataDir,
    env: {},
    logFile: join(context.dataDir, 'logs', `${name}.log`),
    probe: { kind: 'redis', host: '127.0.0.1', port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}

/** Reads `v=7.0.15` of `redis-server --version`. @throws LaunchError when the version is too old */
export function checkRedisVersion(program: string, versionText: string): void {
  const [version = 'unknown', major = '0'] = /v=((\d+)[\d.]*)/.exec(versionText)?.slice(1) ?? [];
  if (Number(major) >= REDIS_LEAST_MAJOR) return;
  throw new LaunchError(
    `${program} is Redis ${version}, ${REDIS_LEAST_MAJOR} or newer is needed (sharded Pub/Sub)`,
    'Upgrade it, or set REDIS_LOG_URL, REDIS_STATE_URL and REDIS_CACHE_URL',
  );
}

async function planIfThere(name: RedisName, context: PlanContext): Promise<ServerPlan | null> {
  const program = findProgram('redis-server');
  if (!program) return null;
  checkRedisVersion(program, execFileSync(program, ['--version'], { encoding: 'utf8' }));
  const [port = 0] = await context.ports(name, 1);
  return { address: `redis://127.0.0.1:${port}/0`, daemons: [daemonSpec(name, program, port, context)] };
}

/** In order: its address in the environment, the program on the PATH, Debian's package. */
export function redisSources(name: RedisName, context: PlanContext): ServerSource<ServerPlan>[] {
  const { variable } = REDIS_POLICIES[name];
  return [
    {
      kind: 'environment',
      describes: variable,
      find: async () => {
        const address = context.env[variable];
        return address ? { address, daemons: [] } : null;
      },
    },
    {
      kind: 'path',
      describes: 'redis-server on the PATH',
      find: async () => (wasInstalledHere('redis-server') ? null : planIfThere(name, context)),
    },
    {
      kind: 'package',
      describes: "Debian's package redis-server",
      find: async () => {
        if (!findProgram('redis-server')) {
          context.onProgress("installing redis-server (Debian's package)");
          await installDebianPackages(['redis-server'], ['redis']);
        }
        return planIfThere(name, context);
      },
    },
  ];
}

export async function planRedis(name: RedisName, context: PlanContext): Promise<Chosen<ServerPlan>> {
  const chosen = await chooseServer(redisSources(name, context));
  if (!chosen) throw new LaunchError('redis-server is missing', installCommand(['redis-server'], ['redis']));
  return chosen;
}
