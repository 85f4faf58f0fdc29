import type { TripStateName } from '@rideline/contract';

/**
 * The life of a trip as a pure function. Each state holds only its own fields, and every switch over states or transitions ends in
 * `unreachable`, so that a new member of either union is a compile error at each place that has to know it.
 * Times are epoch ms on the domain clock.
 */
export type TripState = InProgress | Completed;

/** The rider is on board. */
export interface InProgress {
  readonly name: 'in_progress';
  readonly startedAt: number;
}

/** An end: the rider has been set down. */
export interface Completed {
  readonly name: 'completed';
  readonly startedAt: number;
  readonly completedAt: number;
}

/** What may happen to a trip. `import` makes one that a driver is already on (development only). */
export type TripTransition =
  | { readonly type: 'import'; readonly at: number }
  | { readonly type: 'complete'; readonly at: number };

/** The outcome of a transition: the state it leads to and the type of the event that tells it, or why it cannot be. */
export type TripStep =
  | { readonly ok: true; readonly state: TripState; readonly event: TripEventType }
  | { readonly ok: false; readonly reason: string };

export type TripEventType = 'imported' | 'completed';

/** Which of a driver's two places a trip holds: the ride under way, or the one promised after it. */
export type TripSlot = 'active' | 'queued';

function unreachable(value: never): never {
  throw new TypeError(`no such member: ${JSON.stringify(value)}`);
}

function illegal(state: TripState | null, transition: TripTransition): TripStep {
  return {
    ok: false,
    reason: `${transition.type} is not possible ${state ? `in ${state.name}` : 'without a trip'}`,
  };
}

/**
 * The state after `transition`; `state` is null before the trip exists.
 * A time that lies before the start is taken as the start: phones' clocks are not trusted with the order of events.
 */
export function next(state: TripState | null, transition: TripTransition): TripStep {
  switch (transition.type) {
    case 'import':
      if (state !== null) return illegal(state, transition);
      return { ok: true, state: { name: 'in_progress', startedAt: transition.at }, event: 'imported' };
    case 'complete':
      return complete(state, transition);
    default:
      return unreachable(transition);
  }
}

function complete(state: TripState | null, transition: TripTransition): TripStep {
  if (state === null) return illegal(state, transition);
  switch (state.name) {
    case 'in_progress': {
      const completedAt = Math.max(state.startedAt, transition.at);
      return {
        ok: true,
        state: { name: 'completed', startedAt: state.startedAt, completedAt },
        event: 'completed',
      };
    }
    case 'completed':
      return illegal(state, transition);
    default:
      return unreachable(state);
  }
}

/** A trip that is not open holds neither its driver nor its rider. */
export function isOpen(state: TripState): boolean {
  return endedAt(state) === null;
}

/** When the trip ended, epoch ms on the domain clock; null while it has not. */
export function endedAt(state: TripState): number | null {
  switch (state.name) {
    case 'in_progress':
      return null;
    case 'completed':
      return state.completedAt;
    default:
      return unreachable(state);
  }
}

/** Every state's name is one that followers know. */
export function stateName(state: TripState): TripStateName {
  return state.name;
}
