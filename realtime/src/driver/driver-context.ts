import type { FixLog } from '@rideline/fleet/fixes/fix-log';
import type { Config } from '@rideline/platform/config/config';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { HotCounters } from '../process/hot-counters.ts';
import type { ListenerContext } from '../socket/client-events.ts';
import type { AckWheel } from './ack-wheel.ts';
import type { BootProgress } from './boot-progress.ts';
import type { LiveWriter } from './live-writer.ts';
import type { TripAppender } from './trip-appender.ts';

/** What all drivers' connections of a gateway share. */
export interface DriverContext extends ListenerContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly state: RedisClient;
  readonly fixLog: FixLog<PendingFrame>;
  readonly liveWriter: LiveWriter;
  readonly tripAppender: TripAppender;
  readonly ackWheel: AckWheel;
  readonly counters: HotCounters;
}

/** Who is told that a frame is in the log. */
export interface FrameOwner {
  onAppended(frame: PendingFrame): void;
}

/** A frame on its way to the log. */
export interface PendingFrame {
  readonly owner: FrameOwner;
  /** null for a record without fixes. */
  readonly received: {
    readonly progress: BootProgress;
    readonly from: number;
    readonly to: number;
    /** The seqs when they are not all from `from` to `to`. */
    readonly others: readonly number[] | null;
    readonly fixes: number;
    readonly refused: boolean;
  } | null;
  readonly ack: ((reply: object) => void) | null;
}
