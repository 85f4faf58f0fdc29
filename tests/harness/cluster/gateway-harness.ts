import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import { ensureTokenKeys } from '@rideline/infra/local/development-keys';
import { readTokenKeys, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { type TokenOf, tokensOf } from '../clients/tokens.ts';
import { type ServiceProcess, startService } from '../processes/service-process.ts';
import { type RedisServer, startRedis } from '../servers/redis-server.ts';
import { SHARDS } from '../test-process.ts';

/** The three Redis servers, token keys, and gateways that use them; no MongoDB. */
export interface GatewayHarness {
  readonly log: RedisServer;
  readonly state: RedisServer;
  readonly cache: RedisServer;
  readonly keys: TokenKeys;
  readonly env: Readonly<Record<string, string>>;
  readonly token: TokenOf;
  /** The driver's records in the fix streams, in order. */
  logged(driverId: string): Promise<FixRecord[]>;
  startGateway(name: string, env?: Record<string, string>): Promise<ServiceProcess>;
  stop(): Promise<void>;
}

export async function startGatewayHarness(
  options: { env?: Record<string, string>; logArgs?: readonly string[] } = {},
): Promise<GatewayHarness> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rideline-gateway-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const keysFile = ensureTokenKeys(join(folder, 'tokens.json'));
  const keys = await readTokenKeys(keysFile, { production: false });
  const redis = async (args: readonly string[] = []) => {
    const server = await startRedis({ args });
    started.defer(() => server.stop());
    return server;
  };
  const log = await redis(options.logArgs);
  const state = await redis();
  const cache = await redis();
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
  const gateways: ServiceProcess[] = [];
  started.defer(async () => {
    await Promise.all(gateways.map((gateway) => gateway.end('SIGKILL')));
  });
  const token = await tokensOf(env);
  const resources = started.move();
  return {
    log,
    state,
    cache,
    keys,
    env,
    token,
    async logged(driverId) {
      const records: FixRecord[] = [];
      for (let shard = 0; shard < SHARDS; shard++) {
        const entries = await log.client.xrangeBuffer(`main:{s${shard}}:g1:fixes`, '-', '+');
        for (const [, fields] of entries) records.push(...decodeEntry(fields[1] as Buffer).records);
      }
      return records.filter((record) => record.driverId === driverId);
    },
    async startGateway(name, extra = {}) {
      const gateway = await startService('gateway', name, { env: { ...env, ...extra } });
      gateways.push(gateway);
      return gateway;
    },
    stop: () => resources.disposeAsync(),
  };
}
