import type { FixLog } from '@rideline/fleet/fixes/fix-log';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayConfig } from '../config.ts';
import type { HotCounters } from '../hot-counters.ts';
import type { ListenerContext } from '../socket/client-events.ts';
import type { AckWheel } from './ack-wheel.ts';
import type { HealthRecorder } from './health-recorder.ts';
import type { LiveWriter } from './live-writer.ts';
import type { PendingFrame } from './pending-frame.ts';
import type { TripAppender } from './trip-appender.ts';

/** What all drivers' connections of a gateway share. */
export interface DriverContext extends ListenerContext {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly state: RedisClient;
  readonly fixLog: FixLog<PendingFrame>;
  readonly liveWriter: LiveWriter;
  readonly tripAppender: TripAppender;
  readonly ackWheel: AckWheel;
  readonly health: HealthRecorder;
  readonly counters: HotCounters;
}
