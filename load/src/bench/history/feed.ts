import type { BootId, GatewayId, RegionId } from '@rideline/contract';
import { FixLog } from '@rideline/fleet/fixes/fix-log';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { openDriverSession, registerBoot } from '@rideline/fleet/live/driver-session';
import { loadConfig } from '@rideline/platform/config/config';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { driverName, recordOf } from './fixes.ts';

/** Appends fixes to the log as a gateway does: packed by its own writer, for drivers whose boots are registered. */
export interface HistoryFeed {
  /** Registers a new boot for each driver, with a gateway that receives the durable marks. */
  register(boot: BootId): Promise<void>;
  /** Appends as fast as the log accepts. Resolves when all fixes are in the log. */
  flood(boot: BootId, seqs: number, signal: AbortSignal): Promise<number>;
  /** Open loop at a rate, each driver in turn; returns the fixes sent. */
  flow(boot: BootId, fixesPerSecond: number, durationMs: number, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** What a phone with one fix per second sends every four seconds. */
const FIXES_PER_RECORD = 4;
const GATEWAY = 'gateway-bench' as GatewayId;
const REGISTERED_AT_ONCE = 200;
const TICK_MS = 5;
const CLOSE_MS = 60_000;

export async function openHistoryFeed(
  env: Readonly<Record<string, string>>,
  drivers: number,
): Promise<HistoryFeed> {
  const config = loadConfig({ ...env, RIDELINE_PROCESS: GATEWAY }, 'gateway');
  const logger = createLogger({ process: 'bench', level: 'warn' });
  const connect = (url: string) => connectRedis({ url, name: 'bench', use: 'command', log: logger });
  const [log, state] = await Promise.all([connect(config.redisLogUrl), connect(config.redisStateUrl)]);
  const streams = await openFixStreams(log, config.region, config.fixShards);
  const openLog = () =>
    new FixLog<null>({ ...config, redis: log, streams, onAppended: () => undefined, onError: logFailure });
  const logFailure = (error: Error) =>
    logger.warn({ reason: error.message }, 'the log did not accept a batch');
  return {
    register: (boot) => registerAll(state, config.region, boot, drivers),

    flood: (boot, seqs, signal) =>
      intoLog(openLog(), async (fixLog) => {
        for (let seq = 0; seq < seqs; seq += FIXES_PER_RECORD) {
          for (let driver = 0; driver < drivers; driver++) {
            while (fixLog.refusal(FIXES_PER_RECORD) !== null) await nextTurn(signal);
            fixLog.append(recordOf({ boot, drivers }, driver, seq, FIXES_PER_RECORD), null);
          }
          await nextTurn(signal);
        }
        return seqs * drivers;
      }),

    flow: (boot, fixesPerSecond, durationMs, signal) =>
      intoLog(openLog(), async (fixLog) => {
        const recordsPerMs = fixesPerSecond / FIXES_PER_RECORD / 1000;
        const total = Math.round(recordsPerMs * durationMs);
        const startedAt = performance.now();
        for (let sent = 0; sent < total; ) {
          signal.throwIfAborted();
          const due = Math.min(total, Math.floor((performance.now() - startedAt) * recordsPerMs));
          for (; sent < due; sent++) {
            const seq = Math.floor(sent / drivers) * FIXES_PER_RECORD;
            fixLog.append(recordOf({ boot, drivers }, sent % drivers, seq, FIXES_PER_RECORD), null);
          }
          await new Promise((resolve) => setTimeout(resolve, TICK_MS));
        }
        return total * FIXES_PER_RECORD;
      }),

    async close() {
      await quitRedis(log);
      await quitRedis(state);
    },
  };
}

async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** Waits until the log has everything. Aborted work is dropped; its retries would outlive the bench. */
async function intoLog(
  fixLog: FixLog<null>,
  work: (fixLog: FixLog<null>) => Promise<number>,
): Promise<number> {
  try {
    const sent = await work(fixLog);
    const left = await fixLog.close(CLOSE_MS);
    if (left > 0) throw new Error(`${left} fixes could not be appended to the log`);
    return sent;
  } catch (error) {
    await fixLog.close(0);
    throw error;
  }
}

async function registerAll(
  state: RedisClient,
  region: RegionId,
  boot: BootId,
  drivers: number,
): Promise<void> {
  for (let first = 0; first < drivers; first += REGISTERED_AT_ONCE) {
    const count = Math.min(REGISTERED_AT_ONCE, drivers - first);
    await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const driverId = driverName(first + n);
        await openDriverSession(state, region, driverId, GATEWAY);
        await registerBoot(state, region, driverId, boot);
      }),
    );
  }
}
