import type { TripStateName } from '@rideline/contract';
import { groupOf, type TripGroup } from './trip-store.ts';

/** How much of a trip's diamond is filled: nothing, a dot in its middle, its right half, or all of it. */
export type MarkFill = 'none' | 'dot' | 'half' | 'full';

export interface TripMarkShape {
  readonly fill: MarkFill;
  /** Colour of the edge and the fill, by its name in the palette. */
  readonly colour: 'rider' | 'offline';
  /** Drawn on the map at the pick-up. selected: only while the trip is selected; otherwise the mark of its car is enough. */
  readonly onMap: 'always' | 'selected' | 'never';
}

/** The mark of a trip by its group: the one table for map, list, drawer and legend. */
export const TRIP_MARKS: Readonly<Record<TripGroup, TripMarkShape>> = {
  waiting: { fill: 'none', colour: 'rider', onMap: 'always' },
  offered: { fill: 'dot', colour: 'rider', onMap: 'always' },
  pickup: { fill: 'half', colour: 'rider', onMap: 'always' },
  on_trip: { fill: 'full', colour: 'rider', onMap: 'selected' },
  ended: { fill: 'none', colour: 'offline', onMap: 'never' },
};

export function markOf(state: TripStateName): TripMarkShape {
  return TRIP_MARKS[groupOf(state)];
}

/** The groups whose marks the map shows, in the order of a trip: the legend explains these. */
export const GROUPS_ON_MAP = (Object.keys(TRIP_MARKS) as TripGroup[]).filter(
  (group) => TRIP_MARKS[group].onMap !== 'never',
);
