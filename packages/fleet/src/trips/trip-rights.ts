import type { TripStateName } from '@rideline/contract';
import { unreachable } from './trip.ts';

/** The phases of a trip between which rights differ. */
export const TRIP_PHASES = ['waiting', 'offered', 'assigned', 'on_board', 'ended'] as const;
export type TripPhase = (typeof TRIP_PHASES)[number];

/** Who looks at a trip. `share`: the holder of one of its share links. `stranger`: everybody else with a valid token. */
export const TRIP_VIEWERS = ['rider', 'driver', 'share', 'operator', 'stranger'] as const;
export type TripViewer = (typeof TRIP_VIEWERS)[number];

/**
 * read: the trip and its events over REST, and its last state over a socket · follow: its state events as they happen, over a socket of
 * `/rider` · position: where its driver is · driver: name, vehicle and plate of its driver (there are no phone numbers in the system) ·
 * route: pick-up, stops, drop-off · watchers: how many follow it · watcher_labels: also which share each of them uses · share: make share
 * links · shares: list and revoke them · investigate: candidates and audit.
 */
export type TripRight =
  | 'read'
  | 'follow'
  | 'position'
  | 'driver'
  | 'route'
  | 'watchers'
  | 'watcher_labels'
  | 'share'
  | 'shares'
  | 'investigate';

const RIDER_WAITS = ['read', 'follow', 'route', 'watchers', 'watcher_labels', 'share', 'shares'] as const;
const RIDER_HAS_DRIVER = [...RIDER_WAITS, 'position', 'driver'] as const;
const OPERATOR = ['read', 'route', 'watchers', 'watcher_labels', 'shares', 'investigate'] as const;
const DRIVER_OF_TRIP = ['read', 'route', 'watchers'] as const;
/** Neither places nor ids: where somebody is picked up and dropped off is their home more often than not. */
const SHARE_WAITS = ['follow'] as const;
const SHARE_HAS_DRIVER = ['follow', 'position', 'driver'] as const;

/**
 * The one table of what each viewer may do with a trip in each phase; REST routes and gateways ask it. Operators see all vehicles of the region
 * on their map, whatever the phase of a trip, and follow no single trip. A driver who was offered a trip and has not accepted it is a stranger:
 * all they get is the offer.
 */
export const TRIP_RIGHTS: Readonly<Record<TripViewer, Readonly<Record<TripPhase, readonly TripRight[]>>>> = {
  rider: {
    waiting: RIDER_WAITS,
    offered: RIDER_WAITS,
    assigned: RIDER_HAS_DRIVER,
    on_board: RIDER_HAS_DRIVER,
    // The driver stays named, for a lost umbrella; where they drive next is no longer the rider's concern.
    ended: ['read', 'route', 'driver', 'watchers', 'watcher_labels', 'shares'],
  },
  driver: {
    waiting: [],
    offered: [],
    assigned: DRIVER_OF_TRIP,
    on_board: DRIVER_OF_TRIP,
    ended: ['read', 'route'],
  },
  share: {
    waiting: SHARE_WAITS,
    offered: SHARE_WAITS,
    assigned: SHARE_HAS_DRIVER,
    on_board: SHARE_HAS_DRIVER,
    ended: [],
  },
  operator: {
    waiting: OPERATOR,
    offered: OPERATOR,
    assigned: OPERATOR,
    on_board: OPERATOR,
    ended: OPERATOR,
  },
  stranger: { waiting: [], offered: [], assigned: [], on_board: [], ended: [] },
};

export function phaseOf(state: TripStateName): TripPhase {
  switch (state) {
    case 'scheduled':
    case 'searching':
      return 'waiting';
    case 'offered':
      return 'offered';
    case 'accepted':
    case 'arrived':
      return 'assigned';
    case 'in_progress':
    case 'at_stop':
      return 'on_board';
    case 'completed':
    case 'cancelled':
    case 'no_show':
    case 'no_drivers':
    case 'failed':
      return 'ended';
    default:
      return unreachable(state);
  }
}

export function hasTripRight(viewer: TripViewer, state: TripStateName, right: TripRight): boolean {
  return TRIP_RIGHTS[viewer][phaseOf(state)].includes(right);
}
