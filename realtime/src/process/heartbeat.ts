import type { GatewayId, RegionId } from '@rideline/contract';
import { gateways } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

const INTERVAL_MS = 2000;

/** Writes a heartbeat every two seconds, so that workers find a live gateway for what no driver's gateway can deliver. */
export function startHeartbeat(options: {
  state: RedisClient;
  region: RegionId;
  gateway: GatewayId;
  wallMs: () => number;
  log: Logger;
}): { stop(): Promise<void> } {
  const { state, gateway, log } = options;
  const key = gateways(options.region);
  const beat = () => {
    state
      .zadd(key, options.wallMs(), gateway)
      .catch((error: Error) => log.warn({ reason: error.message }, 'heartbeat not written'));
  };
  beat();
  const timer = setInterval(beat, INTERVAL_MS);
  return {
    async stop() {
      clearInterval(timer);
      // The sweeper removes a gateway that could not do this, by its last heartbeat.
      await state
        .zrem(key, gateway)
        .catch((error: Error) => log.warn({ reason: error.message }, 'heartbeat not removed'));
    },
  };
}
