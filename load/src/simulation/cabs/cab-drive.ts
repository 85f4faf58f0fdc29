import { greatCircleMetres, initialBearing, type Point } from '@rideline/contract';

/**
 * Straight-line speed of a cab with a destination, m/s: a little above the median of the derived trips (4.5), below what hygiene takes for
 * a jump.
 */
const DRIVE_SPEED = 8;
/** A cab nearer than this has arrived. */
const THERE_METRES = 15;

/**
 * What a cab does: it cruises along its recorded trace, or drives in straight lines to a rider, with the rider to the drop-off, and back to
 * where its trace is by then. Pure: each position follows from the previous one. Times are domain ms.
 */
export type CabDrive =
  | { readonly kind: 'cruising' }
  | { readonly kind: 'to_pickup'; readonly tripId: string; readonly pickup: Point; readonly dropoff: Point }
  | {
      readonly kind: 'boarding';
      readonly tripId: string;
      readonly dropoff: Point;
      readonly until: number;
    }
  | { readonly kind: 'to_dropoff'; readonly tripId: string; readonly dropoff: Point }
  | { readonly kind: 'returning' };

/** The trip command that the driver sends on arrival. */
export type CabCommand = 'arrived' | 'start' | 'complete';

export interface CabStep {
  readonly drive: CabDrive;
  /** Where the cab is now; null while it cruises, when the trace gives its position. */
  readonly place: (Point & { readonly speed: number; readonly heading: number | null }) | null;
  readonly command: CabCommand | null;
}

/** Moves from `from` towards `to` for `passedMs` of domain time. */
function towards(from: Point, to: Point, passedMs: number) {
  const metres = greatCircleMetres(from, to);
  const reach = (DRIVE_SPEED * passedMs) / 1000;
  if (metres <= reach + THERE_METRES) return { ...to, speed: 0, heading: null, there: true };
  const share = reach / metres;
  return {
    lat: from.lat + (to.lat - from.lat) * share,
    lng: from.lng + (to.lng - from.lng) * share,
    speed: DRIVE_SPEED,
    heading: Math.round(initialBearing(from, to)) % 360,
    there: false,
  };
}

/** One step. @param trace where the recorded cab is by now; null before its first fix */
export function stepCab(
  drive: CabDrive,
  from: Point,
  trace: Point | null,
  now: number,
  passedMs: number,
  boardingMs: () => number,
): CabStep {
  switch (drive.kind) {
    case 'cruising':
      return { drive, place: null, command: null };
    case 'to_pickup': {
      const { there, ...place } = towards(from, drive.pickup, passedMs);
      if (!there) return { drive, place, command: null };
      const { tripId, dropoff } = drive;
      const until = now + boardingMs();
      return { drive: { kind: 'boarding', tripId, dropoff, until }, place, command: 'arrived' };
    }
    case 'boarding': {
      const place = { lat: from.lat, lng: from.lng, speed: 0, heading: null };
      if (now < drive.until) return { drive, place, command: null };
      const { tripId, dropoff } = drive;
      return { drive: { kind: 'to_dropoff', tripId, dropoff }, place, command: 'start' };
    }
    case 'to_dropoff': {
      const { there, ...place } = towards(from, drive.dropoff, passedMs);
      return there
        ? { drive: { kind: 'returning' }, place, command: 'complete' }
        : { drive, place, command: null };
    }
    case 'returning': {
      if (trace === null) return { drive: { kind: 'cruising' }, place: null, command: null };
      const { there, ...place } = towards(from, trace, passedMs);
      return { drive: there ? { kind: 'cruising' } : drive, place, command: null };
    }
  }
}
