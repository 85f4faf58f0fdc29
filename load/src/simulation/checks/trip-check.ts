import { TRIP_ENDS, type TripEvent, type TripStateName } from '@rideline/contract';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import type { ApiClient } from '../../cluster/api-client.ts';

/** What MongoDB has of the requested trips. */
export interface TripFindings {
  readonly total: number;
  /** Not in MongoDB. */
  readonly lost: string[];
  /** By their state. */
  readonly states: Partial<Record<TripStateName, number>>;
  /** Drivers that were on two trips at a time. */
  readonly overlaps: string[];
  /** Trips that were given to a second driver while the first one had them. */
  readonly twoDrivers: string[];
  /** Trips whose event versions have a hole. */
  readonly holes: string[];
}

export interface DriverTime {
  readonly driverId: string;
  readonly tripId: string;
  readonly from: number;
  readonly until: number;
}

const AT_ONCE = 16;
const TAKEN_OFF = new Set(['driver_cancelled', 'reassigned']);

/** When which driver was on a trip: from their acceptance (a queued trip: from its promotion) until its end. */
export function timesOf(events: readonly TripEvent[]): { times: DriverTime[]; twoDrivers: boolean } {
  const times: DriverTime[] = [];
  let current: { driverId: string; from: number | null } | null = null;
  let twoDrivers = false;
  for (const { type, tripId, at, data, state } of events) {
    if (type === 'accepted') {
      if (current !== null) twoDrivers = true;
      current = { driverId: String(data.driverId), from: data.slot === 'queued' ? null : at };
    }
    if (type === 'promoted' && current) current = { ...current, from: at };
    if (current === null || !(TAKEN_OFF.has(type) || TRIP_ENDS.includes(state))) continue;
    if (current.from !== null)
      times.push({ driverId: current.driverId, tripId, from: current.from, until: at });
    current = null;
  }
  if (current?.from !== undefined && current?.from !== null) {
    const { tripId } = events[0] as TripEvent;
    times.push({ driverId: current.driverId, tripId, from: current.from, until: Number.POSITIVE_INFINITY });
  }
  return { times, twoDrivers };
}

/**
 * Trips of one driver that overlap with an earlier one of theirs.
 * @param skewMs overlaps up to this are a difference of two processes' clocks
 */
export function overlapsOf(times: readonly DriverTime[], skewMs = 0): string[] {
  const found: string[] = [];
  for (const [driverId, own] of Map.groupBy(times, (time) => time.driverId)) {
    own.sort((a, b) => a.from - b.from);
    // The trip that ends last: a later one may overlap with it and not with its neighbour.
    let longest: DriverTime | undefined;
    for (const time of own) {
      if (longest !== undefined && time.from + skewMs < longest.until)
        found.push(`${driverId}: ${longest.tripId} and ${time.tripId}`);
      if (longest === undefined || time.until > longest.until) longest = time;
    }
  }
  return found;
}

/** Reads the events of every requested trip through the API, and looks for violated invariants. */
export async function checkTrips(tripIds: readonly string[], api: ApiClient): Promise<TripFindings> {
  const lost: string[] = [];
  const twoDrivers: string[] = [];
  const holes: string[] = [];
  const states: Partial<Record<TripStateName, number>> = {};
  const times: DriverTime[] = [];
  await mapConcurrently(tripIds, AT_ONCE, async (tripId) => {
    const events = await eventsOf(tripId, api);
    const last = events.at(-1);
    if (last === undefined) {
      lost.push(tripId);
      return;
    }
    states[last.state] = (states[last.state] ?? 0) + 1;
    if (events.some(({ version }, index) => version !== index + 1)) holes.push(tripId);
    const own = timesOf(events);
    times.push(...own.times);
    if (own.twoDrivers) twoDrivers.push(tripId);
  });
  return { total: tripIds.length, lost, states, overlaps: overlapsOf(times), twoDrivers, holes };
}

async function eventsOf(tripId: string, api: ApiClient): Promise<TripEvent[]> {
  try {
    return (await api.call<{ events: TripEvent[] }>('GET', `/v1/trips/${tripId}/events`)).events;
  } catch (error) {
    if (String(error).includes(': 404 ')) return [];
    throw error;
  }
}

/** True when no invariant is violated and every trip has ended. */
export function areSettled({ lost, overlaps, twoDrivers, holes, states }: TripFindings): boolean {
  const open = Object.keys(states).filter((state) => !TRIP_ENDS.includes(state as TripStateName));
  return [lost, overlaps, twoDrivers, holes, open].every((found) => found.length === 0);
}
