import type { DriverId, TripId } from '@rideline/contract';
import type { DriverDuty, DriverPosition } from './drivers.ts';

export interface PlaceQuery {
  readonly lat: number;
  readonly lng: number;
  readonly radiusMetres: number;
  readonly limit: number;
  readonly status: 'available' | 'busy';
}

export interface FoundDriver extends DriverPosition {
  readonly driverId: DriverId;
  readonly distanceMetres: number;
}

/** A position that the followers of a trip see. `pos`: number of the position on the trip, from 1. */
export interface ShownPosition {
  readonly tripId: TripId;
  readonly pos: number;
}

/** A driver whose newest fix is older is not found, ms: the default of RIDELINE_SEARCH_FRESH_MS. */
export const FRESH_MS = 60_000;

/** Where drivers are now: in MongoDB, or in the live index of the variant that adds one. */
export interface DriverPlaces {
  /** Stores a position unless a newer one is stored. Null when nobody follows the driver. */
  move(driverId: DriverId, position: DriverPosition): Promise<ShownPosition | null>;
  /** Status, claim or trip of a driver have changed in MongoDB. */
  dutyChanged(driverId: DriverId, duty: DriverDuty): Promise<void>;
  /** Nearest first. */
  nearest(query: PlaceQuery): Promise<FoundDriver[]>;
  /** The newest position, and how many positions of the driver's trip its followers were sent; null before the first. */
  newestOf(driverId: DriverId): Promise<{ readonly position: DriverPosition; readonly shown: number } | null>;
}
