import type { TripId } from '@rideline/contract';
import { endedAt } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';

/** What must hold after every write: of the written trip, and of all trips together. */
export function faultsOfWrite({ _id, ...trip }: StoredTrip, all: readonly StoredTrip[]): string[] {
  const { events, version, offers, state } = trip;
  const faults: string[] = [];
  if (events.at(-1)?.version !== version || events.some((event, at) => event.version !== at + 1))
    faults.push(`${_id}: versions ${events.map((event) => event.version).join(' ')}`);
  const accepted = events.filter(({ type }) => type === 'accepted').length;
  const released = events.filter(
    ({ type, data }) =>
      type === 'driver_cancelled' || type === 'reassigned' || (type === 'no_drivers' && data.after),
  ).length;
  if (accepted - released > 1) faults.push(`${_id}: two drivers`);
  if (offers.filter(({ state: end }) => end === 'open').length > 0 !== (state.name === 'offered'))
    faults.push(`${_id}: open offers in ${state.name}`);
  const ends = events.filter(({ state: at }) =>
    ['completed', 'cancelled', 'no_show', 'no_drivers', 'failed'].includes(at),
  );
  if (ends.length > 1) faults.push(`${_id}: something happened after its end`);
  return [...faults, ...doublyTakenSlots(all)];
}

function doublyTakenSlots(trips: readonly StoredTrip[]): string[] {
  const taken = new Set<string>();
  const faults: string[] = [];
  for (const { open, driverId, slot } of trips) {
    if (!open || driverId === undefined) continue;
    const place = `${driverId} ${slot}`;
    if (taken.has(place)) faults.push(`${place}: on two trips`);
    taken.add(place);
  }
  return faults;
}

/** What must hold at the end of a run: every acknowledged request has ended, and no command took effect twice. */
export function faultsAtEnd(
  acknowledged: ReadonlySet<TripId>,
  trips: ReadonlyMap<TripId, StoredTrip>,
): string[] {
  const faults: string[] = [];
  for (const tripId of acknowledged) {
    const trip = trips.get(tripId);
    if (!trip) faults.push(`${tripId}: was answered and is lost`);
    else if (endedAt(trip.state) === null)
      faults.push(`${tripId}: stuck in ${trip.state.name} ${trip.slot ?? ''}`);
  }
  for (const { _id, commandIds } of trips.values()) {
    if (new Set(commandIds.map(({ commandId }) => commandId)).size !== commandIds.length)
      faults.push(`${_id}: a command took effect twice`);
  }
  return faults;
}
