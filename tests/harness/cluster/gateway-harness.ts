import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '@rideline/contract';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import { ensureTokenKeys } from '@rideline/infra/local/development-keys';
import { freePorts } from '@rideline/infra/local/ports';
import { issueToken, readTokenKeys, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { type RedisServer, startRedis } from '../servers/redis-server.ts';

const MAIN = fileURLToPath(new URL('../../../realtime/src/main.ts', import.meta.url));
const READY_MS = 15_000;
const SHARDS = 4;

/** A gateway as its own process. */
export interface GatewayProcess {
  readonly name: string;
  readonly url: string;
  readonly innerUrl: string;
  /** Everything it has logged. */
  output(): string;
  /** Value of a metric, summed over its label sets that contain `labels`; 0 when it is absent. */
  metric(name: string, labels?: string): Promise<number>;
  /** Sends the signal and waits for the end. @returns the exit code, null when a signal ended it */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The three Redis servers, token keys, and gateways over them. */
export interface GatewayHarness {
  readonly log: RedisServer;
  readonly state: RedisServer;
  readonly cache: RedisServer;
  readonly keys: TokenKeys;
  readonly env: Readonly<Record<string, string>>;
  token(role: Role, subject: string, ttlSeconds?: number): Promise<string>;
  /** The driver's records in the fix streams, in order. */
  logged(driverId: string): Promise<FixRecord[]>;
  startGateway(name: string, env?: Record<string, string>): Promise<GatewayProcess>;
  stop(): Promise<void>;
}

async function until(holds: () => Promise<boolean>, what: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${READY_MS} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export function sumMetric(text: string, name: string, labels = ''): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const match = /^(\w+)(\{.*\})? (\S+)$/.exec(line);
    if (match && match[1] === `rideline_${name}` && (match[2] ?? '').includes(labels))
      sum += Number(match[3]);
  }
  return sum;
}

async function startGatewayProcess(name: string, env: Record<string, string>): Promise<GatewayProcess> {
  const [port, innerPort] = (await freePorts(2)) as [number, number];
  let output = '';
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      ...env,
      RIDELINE_PROCESS: name,
      RIDELINE_PORT: String(port),
      RIDELINE_INNER_PORT: String(innerPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const innerUrl = `http://127.0.0.1:${innerPort}`;
  await until(
    async () => child.exitCode === null && (await fetch(`${innerUrl}/health/ready`)).ok,
    () => `gateway ${name} ready; it said:\n${output}`,
  );
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    innerUrl,
    output: () => output,
    async metric(metric, labels) {
      return sumMetric(await (await fetch(`${innerUrl}/metrics`)).text(), metric, labels);
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill(signal);
      return ended;
    },
  };
}

export async function startGatewayHarness(
  options: { env?: Record<string, string>; logArgs?: readonly string[] } = {},
): Promise<GatewayHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-gateway-'));
  const keysFile = ensureTokenKeys(join(folder, 'tokens.json'));
  const keys = await readTokenKeys(keysFile, { production: false });
  const [log, state, cache] = await Promise.all([
    startRedis(options.logArgs ? { args: options.logArgs } : {}),
    startRedis(),
    startRedis(),
  ]);
  const env = {
    REDIS_LOG_URL: log.url,
    REDIS_STATE_URL: state.url,
    REDIS_CACHE_URL: cache.url,
    MONGODB_URI: 'mongodb://127.0.0.1:9/rideline?serverSelectionTimeoutMS=500',
    RIDELINE_TOKEN_KEYS_FILE: keysFile,
    RIDELINE_SHED_LAG_MS: '600000',
    RIDELINE_LOG_LEVEL: 'debug',
    ...options.env,
  };
  const gateways: GatewayProcess[] = [];
  return {
    log,
    state,
    cache,
    keys,
    env,
    token: async (role, subject, ttlSeconds = 3600) =>
      (await issueToken(keys, { role, subject, region: 'main', ttlSeconds })).token,
    async logged(driverId) {
      const records: FixRecord[] = [];
      for (let shard = 0; shard < SHARDS; shard++) {
        const entries = await log.client.xrangeBuffer(`main:{s${shard}}:g1:fixes`, '-', '+');
        for (const [, fields] of entries) records.push(...decodeEntry(fields[1] as Buffer).records);
      }
      return records.filter((record) => record.driverId === driverId);
    },
    async startGateway(name, extra = {}) {
      const gateway = await startGatewayProcess(name, { ...env, ...extra });
      gateways.push(gateway);
      return gateway;
    },
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.end('SIGKILL')));
      await Promise.all([log.stop(), state.stop(), cache.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
