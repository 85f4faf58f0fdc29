import type { TripEvent, TripStateName } from '@rideline/contract';

const OPEN = ['searching', 'offered', 'accepted', 'arrived'] as const;
const WITH_DRIVER = ['accepted', 'arrived', 'in_progress', 'at_stop'] as const;
const from = (states: readonly (TripStateName | null)[], to: TripStateName) =>
  states.map((state): [TripStateName | null, TripStateName] => [state, to]);

/** Which state may follow which, by the type of the event. Stated here by hand: the product's own table is what is checked. */
const STEPS: Readonly<Record<string, readonly [from: TripStateName | null, to: TripStateName][]>> = {
  imported: [[null, 'in_progress']],
  requested: [[null, 'searching']],
  scheduled: [[null, 'scheduled']],
  released: [['scheduled', 'searching']],
  offered: from(['searching', 'offered'], 'offered'),
  declined: [...from(['offered'], 'searching'), ...from(['offered'], 'offered')],
  lapsed: [...from(['offered'], 'searching'), ...from(['offered'], 'offered')],
  accepted: [['offered', 'accepted']],
  promoted: WITH_DRIVER.map((state) => [state, state]),
  arrived: [['accepted', 'arrived']],
  started: [['arrived', 'in_progress']],
  paused: [['in_progress', 'at_stop']],
  stop_reached: [['in_progress', 'at_stop']],
  resumed: [['at_stop', 'in_progress']],
  completed: from(['in_progress', 'at_stop'], 'completed'),
  cancelled: from(['scheduled', ...OPEN, 'in_progress', 'at_stop'], 'cancelled'),
  driver_cancelled: from(['accepted', 'arrived'], 'searching'),
  reassigned: from(['accepted', 'arrived'], 'searching'),
  driver_silent: WITH_DRIVER.map((state) => [state, state]),
  driver_heard: WITH_DRIVER.map((state) => [state, state]),
  fare_reviewed: [
    ['completed', 'completed'],
    ['cancelled', 'cancelled'],
  ],
  no_show: [['arrived', 'no_show']],
  no_drivers: from(['searching', 'accepted', 'arrived'], 'no_drivers'),
  failed: from(['scheduled', ...OPEN, 'in_progress', 'at_stop'], 'failed'),
};

/** Faults of one trip's recorded history: a hole in its versions, or a step that the table does not know. */
export function illegalSteps(events: readonly TripEvent[]): string[] {
  const faults: string[] = [];
  let state: TripStateName | null = null;
  for (const [index, event] of events.entries()) {
    if (event.version !== index + 1) faults.push(`version ${event.version} in place ${index + 1}`);
    const from = state;
    if (!STEPS[event.type]?.some(([before, after]) => before === from && after === event.state)) {
      faults.push(`${event.type} from ${from} to ${event.state}`);
    }
    state = event.state;
  }
  return faults;
}
