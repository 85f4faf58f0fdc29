import type { FollowView } from '@rideline/sdk/rider';
import type { Point } from '../location/place.ts';
import { EMPTY_SCENE, type Focus, type Scene, type SceneCar, type ScenePin } from '../map/scene.ts';
import { type FollowedTrip, hasEnded } from '../trip/followed-trip.ts';
import type { Plan } from './plan.ts';

/** What the map shows while a ride is planned: the points that are chosen, and free cars around the pin. */
export function planScene(plan: Plan, nearby: readonly SceneCar[]): Scene {
  const pins: ScenePin[] = [];
  if (plan.step !== 'pickup') pins.push({ ...plan.pickup, kind: 'pickup' });
  if (plan.step === 'fare') pins.push({ ...plan.dropoff, kind: 'dropoff' });
  return {
    cars: nearby,
    pins,
    line: plan.step === 'fare' ? [plan.pickup, plan.dropoff] : [],
    isRoute: false,
  };
}

export function planFocus(plan: Plan, start: Point | null): Focus {
  if (plan.step === 'fare') return { kind: 'points', points: [plan.pickup, plan.dropoff] };
  const point = plan.step === 'pickup' ? (plan.pickup ?? start) : (plan.dropoff ?? plan.pickup);
  return point === null ? { kind: 'city' } : { kind: 'point', point, zoom: 13.5 };
}

const IN_CAR: ReadonlySet<string> = new Set(['in_progress', 'at_stop']);

/** What the map shows of a trip: its car, and what is ahead of the rider. `drawn`: where to draw the car at any instant. */
export function tripScene(
  { status, trip, position }: FollowView,
  drawn: () => (Point & { readonly heading: number | null }) | null,
): Scene {
  if (trip === null) return EMPTY_SCENE;
  const { tripId, state, pickup, dropoff } = trip;
  const pins: ScenePin[] = [];
  if (pickup !== null && !IN_CAR.has(state)) pins.push({ ...pickup, kind: 'pickup' });
  if (dropoff !== null) pins.push({ ...dropoff, kind: 'dropoff' });
  if (position === null || hasEnded(trip)) return { ...EMPTY_SCENE, pins };
  const { lat, lng, heading } = position;
  const target = IN_CAR.has(state) ? dropoff : pickup;
  return {
    cars: [{ id: tripId, lat, lng, heading, kind: 'own', isOld: status === 'stale', drawn }],
    pins,
    isRoute: false,
    line: target === null || state === 'arrived' ? [] : [position, target],
  };
}

export function tripFocus(trip: FollowedTrip, car: Point | null): Focus {
  const { state, pickup, dropoff } = trip;
  const isWaiting = state === 'searching' || state === 'offered';
  const target = IN_CAR.has(state) ? dropoff : pickup;
  const points = (isWaiting || hasEnded(trip) ? [pickup, dropoff] : [target, car]).filter(
    (point) => point !== null,
  );
  const [only] = points;
  if (only === undefined) return { kind: 'city' };
  return points.length === 1 ? { kind: 'point', point: only, zoom: 13.5 } : { kind: 'points', points };
}
