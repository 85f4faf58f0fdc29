import type { RiderCounts } from '../riders/replay-rider.ts';
import type { Due } from '../trace/schedule.ts';

export type TripTotals = RiderCounts & { following: number; problems: string[] };

/**
 * The riders of a replay. `ImportedTrips` follow the cab that drove that day (for tests of positions); `RequestedTrips` request trips and
 * take whichever driver accepts.
 */
export interface ReplayTrips {
  /** What is due when, from `now` on. */
  due(now: number): Due[];
  stop(): void;
  totals(): TripTotals;
}
