import type { FleetFrame, FleetState, FleetVehicle } from '@rideline/contract';
import { movementBetween } from '../cabs/movement.ts';

/** One car. `at`: epoch ms on the domain clock; `lat`, `lng`: degrees WGS84; `heading`: degrees from north; `speed`: m/s. */
export interface Cab {
  readonly id: string;
  readonly lat: number;
  readonly lng: number;
  readonly heading: number | null;
  readonly speed: number | null;
  /** The phone sent no heading or speed: they are derived from the last two fixes. */
  readonly derived: boolean;
  readonly state: FleetState;
  readonly at: number;
}

export interface Fleet {
  readonly cabs: ReadonlyMap<string, Cab>;
  /** Car counts per cell, when more cars are in view than the server sends singly. */
  readonly cells: NonNullable<FleetFrame['cells']> | null;
  readonly counts: FleetFrame['counts'] | null;
  /** Ids of the cars whose position or state the newest frame changed. */
  readonly changed: readonly string[];
  /** False until the first full frame: an unknown fleet is not an empty one. */
  readonly known: boolean;
}

export const EMPTY_FLEET: Fleet = { cabs: new Map(), cells: null, counts: null, changed: [], known: false };

/**
 * The fleet after a frame. A full frame replaces the fleet; a delta changes it. A position older than the current one
 * never moves a car back, whichever gateway sent it (SPEC MAP-2).
 */
export function applyFrame(fleet: Fleet, frame: FleetFrame): Fleet {
  const cabs = new Map(frame.full ? [] : fleet.cabs);
  const changed: string[] = [];
  if (frame.cells === undefined) {
    for (const vehicle of frame.vehicles) {
      const held = fleet.cabs.get(vehicle[0]);
      const next = cabAfter(held, vehicle);
      cabs.set(next.id, next);
      if (next !== held) changed.push(next.id);
    }
  } else {
    cabs.clear();
  }
  for (const id of frame.removed) cabs.delete(id);
  return {
    cabs,
    cells: frame.cells ?? null,
    counts: frame.counts,
    changed,
    known: fleet.known || frame.full,
  };
}

/** A receiver that is slower reports noise as its heading. */
const STANDING_METRES_PER_SECOND = 1;

function cabAfter(held: Cab | undefined, vehicle: FleetVehicle): Cab {
  const [id, lat, lng, heading, speed, state, at] = vehicle;
  if (held !== undefined && at <= held.at) return held.state === state ? held : { ...held, state };
  if (heading !== null && speed !== null) {
    const kept = speed < STANDING_METRES_PER_SECOND ? (held?.heading ?? heading) : heading;
    return { id, lat, lng, heading: kept, speed, derived: false, state, at };
  }
  const moved = held === undefined ? null : movementBetween(held, { lat, lng, at });
  return {
    id,
    lat,
    lng,
    // A parked car keeps the heading with which it stopped.
    heading: heading ?? moved?.heading ?? held?.heading ?? null,
    speed: speed ?? moved?.speed ?? null,
    derived: true,
    state,
    at,
  };
}

export interface StateCounts {
  readonly available: number;
  readonly busy: number;
  readonly offline: number;
}

/** Counts the cars that the page holds, so that the list's chips agree with its rows. */
export function countStates(cabs: Iterable<Cab>): StateCounts {
  const counts = { available: 0, busy: 0, offline: 0 };
  for (const cab of cabs) counts[cab.state] += 1;
  return counts;
}
