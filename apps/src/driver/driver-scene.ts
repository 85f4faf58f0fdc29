import type { Point } from '../location/place.ts';
import type { Focus, Scene, ScenePin } from '../map/scene.ts';
import type { DriverView, Offer, Trip } from './driver-client.ts';

/** What the driver's map shows and the simulation follows. */
export interface DriverSituation {
  readonly place: DriverView['place'];
  readonly offers: readonly Offer[];
  readonly trip: Trip | null;
}

/** Where the driver drives to now; null while they wait. */
export function nextPoint(trip: Trip | null): Point | null {
  switch (trip?.state) {
    case 'accepted':
    case 'arrived':
      return trip.pickup ?? null;
    case 'in_progress':
    case 'at_stop':
      return trip.stops?.[trip.stopsDone ?? 0] ?? trip.dropoff ?? null;
    default:
      return null;
  }
}

/** What the driver's map shows: the car, an offer's pick-up and destination, or those of the trip. */
export function driverScene({ place, offers, trip }: DriverSituation, route: readonly Point[]): Scene {
  const shown = offers[0] ?? trip;
  const pins: ScenePin[] = [];
  // Once the rider is in the car the pick-up is past.
  const isBeforePickup = shown === offers[0] || trip?.state === 'accepted' || trip?.state === 'arrived';
  if (shown?.pickup && isBeforePickup) pins.push({ ...shown.pickup, kind: 'pickup' });
  for (const stop of shown?.stops?.slice(trip?.stopsDone ?? 0) ?? []) pins.push({ ...stop, kind: 'stop' });
  if (shown?.dropoff) pins.push({ ...shown.dropoff, kind: 'dropoff' });
  const target = nextPoint(trip);
  return {
    cars: place === null ? [] : [{ id: 'me', ...place, kind: 'own' }],
    pins,
    isRoute: route.length > 1,
    line: route.length > 1 ? route : place !== null && target !== null ? [place, target] : [],
  };
}

/** What must be in view. It changes with the trip's state, not with each position: in between the map belongs to the driver. */
export function driverFocusKey({ place, offers, trip }: DriverSituation): string {
  return [
    place === null ? 'nowhere' : 'somewhere',
    offers[0]?.offerId ?? '',
    trip?.tripId ?? '',
    trip?.state ?? '',
  ].join(' ');
}

export function driverFocus({ place, offers, trip }: DriverSituation): Focus {
  const [offer] = offers;
  const target = nextPoint(trip);
  const points = [
    ...(place === null ? [] : [place]),
    ...(offer === undefined ? [] : [offer.pickup, offer.dropoff]),
    ...(offer === undefined && target !== null ? [target] : []),
  ];
  if (points.length === 0) return { kind: 'city' };
  const [only] = points;
  return points.length === 1 && only !== undefined
    ? { kind: 'point', point: only, zoom: 13.5 }
    : { kind: 'points', points };
}
