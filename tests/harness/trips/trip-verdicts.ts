import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { overlapsOf, timesOf } from '@rideline/load/simulation/checks/trip-check';
import { illegalSteps } from '../../chaos/checkers.ts';

/** What must not be, found in the recorded histories of trips: driver in two trips, trip with two drivers, steps that cannot be. */
export function judgeTrips(trips: readonly StoredTrip[]) {
  const times = trips.map(({ events }) => timesOf(events));
  return {
    overlaps: overlapsOf(times.flatMap((own) => own.times)),
    twoDrivers: trips.filter((_, index) => times[index]?.twoDrivers).map(({ _id }) => _id),
    illegal: trips.flatMap(({ _id, events }) => illegalSteps(events).map((fault) => `${_id}: ${fault}`)),
    doubled: trips
      .filter(
        ({ commandIds }) => new Set(commandIds.map(({ commandId }) => commandId)).size !== commandIds.length,
      )
      .map(({ _id }) => _id),
  };
}

export const FLAWLESS = { overlaps: [], twoDrivers: [], illegal: [], doubled: [] };
