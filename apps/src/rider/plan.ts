import { metresBetween, type Point } from '../location/place.ts';

/** Planning a ride: first the pick-up, then the destination, then the fare. */
export type Plan =
  | { readonly step: 'pickup'; readonly pickup: Point | null }
  | { readonly step: 'dropoff'; readonly pickup: Point; readonly dropoff: Point | null }
  | { readonly step: 'fare'; readonly pickup: Point; readonly dropoff: Point };

export const NEW_PLAN: Plan = { step: 'pickup', pickup: null };
/** A shorter ride is a mistake: the pin was not moved. */
const SHORTEST_METRES = 50;

/** The point below the pin is confirmed. Returns the same plan when it cannot be. */
export function confirmPoint(plan: Plan, point: Point): Plan {
  switch (plan.step) {
    case 'pickup':
      return { step: 'dropoff', pickup: point, dropoff: null };
    case 'dropoff':
      return metresBetween(plan.pickup, point) < SHORTEST_METRES
        ? plan
        : { step: 'fare', pickup: plan.pickup, dropoff: point };
    case 'fare':
      return plan;
  }
}

/** One step back; the point that was chosen there is still known. */
export function stepBack(plan: Plan): Plan {
  switch (plan.step) {
    case 'pickup':
      return plan;
    case 'dropoff':
      return { step: 'pickup', pickup: plan.pickup };
    case 'fare':
      return { step: 'dropoff', pickup: plan.pickup, dropoff: plan.dropoff };
  }
}
