import type { Point } from '../location/place.ts';

export interface SceneCar extends Point {
  readonly id: string;
  /** Degrees from north. */
  readonly heading: number | null;
  /** own: of this trip or this driver · group: free cars of one tile, at its middle. */
  readonly kind: 'own' | 'group';
  /** Of a group. */
  readonly count?: number;
  /** Where to draw it at this instant, for a car whose motion is known; null: at its position. */
  readonly drawn?: () => (Point & { readonly heading: number | null }) | null;
  /** Its position is old. */
  readonly isOld?: boolean;
}

export interface ScenePin extends Point {
  readonly kind: 'pickup' | 'dropoff' | 'stop';
}

/** What the map shows besides the city. */
export interface Scene {
  readonly cars: readonly SceneCar[];
  readonly pins: readonly ScenePin[];
  /** The way that is left. */
  readonly line: readonly Point[];
  /** The line follows the roads; otherwise it is the direction. */
  readonly isRoute: boolean;
}

export const EMPTY_SCENE: Scene = { cars: [], pins: [], line: [], isRoute: false };

/** What the camera shows: points that must be in view, or the centre that a person chooses with the pin. */
export type Focus =
  | { readonly kind: 'city' }
  | { readonly kind: 'points'; readonly points: readonly Point[] }
  | { readonly kind: 'point'; readonly point: Point; readonly zoom: number };
