import type { FollowHandlers } from '@rideline/sdk/rider';
import type { Point } from '../location/place.ts';

type Subscribed = Parameters<NonNullable<FollowHandlers['onReset']>>[0];
type TripEvent = Parameters<NonNullable<FollowHandlers['onEvent']>>[0];
type Position = Parameters<NonNullable<FollowHandlers['onPosition']>>[0];
export type TripState = TripEvent['state'];

export interface CarPosition extends Point {
  readonly heading: number | null;
  /** How old it was when it arrived, ms. */
  readonly ageMs: number;
  /** When it arrived, on this page's monotonic clock. */
  readonly arrivedMs: number;
}

/** A trip as its rider follows it. */
export interface FollowedTrip {
  readonly tripId: string;
  readonly state: TripState;
  readonly pickup: Point | null;
  readonly dropoff: Point | null;
  readonly driver: {
    readonly id: string;
    readonly name: string;
    readonly vehicle: string;
    readonly plate: string;
  } | null;
  readonly car: CarPosition | null;
  /** The ride may be ended although it has started: its driver's phone is silent. */
  readonly riderMayEnd: boolean;
}

/** Events after which the trip has no driver: it is searched again. */
const UNASSIGNS: ReadonlySet<string> = new Set(['driver_cancelled', 'reassigned']);

/** The current state from the server: at the start, and where events could not be recovered. */
export function fromSnapshot(
  { snapshot }: Subscribed,
  before: FollowedTrip | null,
  nowMs: number,
): FollowedTrip {
  const { tripId, state, driver, position, pickup, dropoff } = snapshot;
  return {
    tripId,
    state,
    pickup: pickup ?? before?.pickup ?? null,
    dropoff: dropoff ?? before?.dropoff ?? null,
    driver,
    car: position === null ? null : { ...pointOf(position), arrivedMs: nowMs },
    riderMayEnd: before?.riderMayEnd ?? false,
  };
}

export function withEvent(trip: FollowedTrip, { type, state, data }: TripEvent): FollowedTrip {
  const next: FollowedTrip = { ...trip, state };
  if (UNASSIGNS.has(type)) return { ...next, driver: null, car: null, riderMayEnd: false };
  switch (type) {
    case 'accepted':
      return { ...next, driver: driverOf(data.driverId, trip.driver), car: null };
    case 'driver_silent':
      return { ...next, riderMayEnd: data.riderMayEnd === true };
    case 'driver_heard':
      return { ...next, riderMayEnd: false };
    default:
      return next;
  }
}

export function withPosition(trip: FollowedTrip, position: Position, nowMs: number): FollowedTrip {
  return { ...trip, car: { ...pointOf(position), arrivedMs: nowMs } };
}

const pointOf = ({ lat, lng, heading, ageMs }: Pick<Position, 'lat' | 'lng' | 'heading' | 'ageMs'>) => ({
  lat,
  lng,
  heading,
  ageMs,
});

/** The event names the driver by id only; a snapshot has the name and the vehicle. */
function driverOf(id: unknown, before: FollowedTrip['driver']): FollowedTrip['driver'] {
  if (typeof id !== 'string') return before;
  return before?.id === id ? before : { id, name: '', vehicle: '', plate: '' };
}

/** How old the car's position is now, ms. */
export const carAgeMs = ({ ageMs, arrivedMs }: CarPosition, nowMs: number): number =>
  ageMs + (nowMs - arrivedMs);

const ENDS: ReadonlySet<TripState> = new Set(['completed', 'cancelled', 'no_show', 'no_drivers', 'failed']);
export const hasEnded = ({ state }: FollowedTrip): boolean => ENDS.has(state);

/** Whether the rider may cancel: before the ride, or when its driver is silent. */
export function mayCancel({ state, riderMayEnd }: FollowedTrip): boolean {
  return ['scheduled', 'searching', 'offered', 'accepted', 'arrived'].includes(state) || riderMayEnd;
}
