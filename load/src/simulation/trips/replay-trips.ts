import type { RiderCounts } from '../riders/replay-rider.ts';
import type { Due } from '../trace/schedule.ts';

export type TripTotals = RiderCounts & { following: number; problems: string[] };

/**
 * The riders of a replay. Two kinds: `ImportedTrips` follow the cab that drove that day (what tests of positions need), `RequestedTrips`
 * ask for the trip and take whoever comes.
 */
export interface ReplayTrips {
  /** What happens when, from `now` on. */
  due(now: number): Due[];
  stop(): void;
  totals(): TripTotals;
}
