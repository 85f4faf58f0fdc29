import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { overlapsOf, timesOf } from '@rideline/load/simulation/checks/trip-check';
import { illegalSteps } from '@rideline/load/simulation/checks/trip-steps';

/** Faults in the stored histories of trips: drivers on two trips at once, trips with two drivers, illegal state changes, commands applied twice, offer ids used twice. */
export function faultsOfTrips(trips: readonly StoredTrip[]) {
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
    offersTwice: trips
      .filter(({ offers }) => new Set(offers.map(({ offerId }) => offerId)).size !== offers.length)
      .map(({ _id }) => _id),
  };
}

export const NO_FAULTS_FOUND = { overlaps: [], twoDrivers: [], illegal: [], doubled: [], offersTwice: [] };
