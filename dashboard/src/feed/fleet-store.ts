import type { FleetFrame, FleetState, FleetVehicle } from '@rideline/contract';
import { movementBetween } from '../cabs/movement.ts';

/** One car as the page knows it. `at`: epoch ms on the domain clock, degrees WGS84, heading degrees from north, m/s. */
export interface Cab {
  readonly id: string;
  readonly lat: number;
  readonly lng: number;
  readonly heading: number | null;
  readonly speed: number | null;
  /** The phone sent no heading or speed: they are told from the last two fixes. */
  readonly derived: boolean;
  readonly state: FleetState;
  readonly at: number;
}

export interface Fleet {
  readonly cabs: ReadonlyMap<string, Cab>;
  /** Cars in a cell, when more are in view than the server sends one by one. */
  readonly cells: NonNullable<FleetFrame['cells']> | null;
  readonly counts: FleetFrame['counts'] | null;
  /** Ids whose position or state the newest frame changed. */
  readonly changed: readonly string[];
  /** False until the first full frame: nothing is known yet, which is not the same as nobody there. */
  readonly known: boolean;
}

export const EMPTY_FLEET: Fleet = { cabs: new Map(), cells: null, counts: null, changed: [], known: false };

/**
 * The fleet after a frame. A full frame replaces what was held; a delta changes it. A position older than the one
 * held never moves a car back, whichever gateway sent it (SPEC MAP-2).
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

function cabAfter(held: Cab | undefined, vehicle: FleetVehicle): Cab {
  const [id, lat, lng, heading, speed, state, at] = vehicle;
  if (held !== undefined && at <= held.at) return held.state === state ? held : { ...held, state };
  if (heading !== null && speed !== null) return { id, lat, lng, heading, speed, derived: false, state, at };
  const moved = held === undefined ? null : movementBetween(held, { lat, lng, at });
  return {
    id,
    lat,
    lng,
    // A parked car keeps the heading that it came with.
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

/** Counted here, from the cars that are held: what the list's chips say is then what the list shows. */
export function countStates(cabs: Iterable<Cab>): StateCounts {
  const counts = { available: 0, busy: 0, offline: 0 };
  for (const cab of cabs) counts[cab.state] += 1;
  return counts;
}
