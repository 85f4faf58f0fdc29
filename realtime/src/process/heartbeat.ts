import type { GatewayId, RegionId } from '@rideline/contract';
import { gateways } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

const INTERVAL_MS = 2000;

/** Says every two seconds that this gateway lives, so that workers find one for what no driver's gateway can deliver. */
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
      // A gateway that could not say goodbye is swept after its last heartbeat.
      await state
        .zrem(key, gateway)
        .catch((error: Error) => log.warn({ reason: error.message }, 'heartbeat not removed'));
    },
  };
}
