import type { Actor, DriverId, ErrorCode, TripEventType } from '@rideline/contract';
import {
  type Arrived,
  barredDrivers,
  endedAt,
  isOpen,
  openOffers,
  type TripCore,
  type TripOffer,
  type TripState,
  unreachable,
} from './trip.ts';
import { TRIP_RULES } from './trip-rules.ts';
import { lastHeardAt, type SilenceTimes, silenceStep } from './trip-silence.ts';

/**
 * The transitions of a trip. `at`: epoch ms on the domain clock of the server; the caller clamps times sent by a phone.
 * The table is in docs/design/matching.md, "Trip state machine".
 */
export type TripTransition =
  | { readonly type: 'release'; readonly at: number }
  | { readonly type: 'offer'; readonly at: number; readonly offer: TripOffer }
  | { readonly type: 'decline'; readonly at: number; readonly offerId: string; readonly driverId: DriverId }
  | { readonly type: 'expire'; readonly at: number; readonly offerId: string; readonly delivered: boolean }
  | { readonly type: 'accept'; readonly at: number; readonly offerId: string; readonly driverId: DriverId }
  | { readonly type: 'give_up'; readonly at: number; readonly budgetMs: number }
  | { readonly type: 'promote'; readonly at: number }
  | {
      readonly type: 'arrive';
      readonly at: number;
      readonly driverId: DriverId;
      /** By a fresh fix; null when there is none: then the driver's report is accepted, and the event's `seen` is false. */
      readonly metresFromPickup: number | null;
      /** The server's time; `at` is the phone's. Absent: the same. */
      readonly receivedAt?: number;
    }
  | ByDriver<'start'>
  | ByDriver<'pause'>
  | ByDriver<'resume'>
  | ByDriver<'stop_reached'>
  | ByDriver<'complete'>
  | ByDriver<'no_show'>
  | ByDriver<'driver_cancel'>
  | {
      readonly type: 'cancel';
      readonly at: number;
      readonly by: Exclude<Actor, 'driver'>;
      readonly reason: string | null;
    }
  | {
      readonly type: 'reassign';
      readonly at: number;
      readonly by: 'operator' | 'system';
      readonly reason: string;
    }
  /** The driver of the trip has been silent for long enough for the next step, which trip-silence.ts decides. */
  | { readonly type: 'driver_silent'; readonly at: number; readonly times: SilenceTimes }
  /** The driver, who was silent, was heard at `heardAt`. */
  | { readonly type: 'driver_heard'; readonly at: number; readonly heardAt: number }
  /** An operator has decided the fare of a ride that ended without its driver. */
  | { readonly type: 'review_fare'; readonly at: number }
  | { readonly type: 'finish_import'; readonly at: number }
  | { readonly type: 'fail'; readonly at: number; readonly reason: string };

/** An action of the assigned driver. */
interface ByDriver<Type extends string> {
  readonly type: Type;
  readonly at: number;
  readonly driverId: DriverId;
  readonly reason?: string | undefined;
  /** The server's time; `at` is the phone's. Absent: the same. */
  readonly receivedAt?: number;
}

/** The event of a transition. The rider receives `data`, so it must contain nothing that the rider may not see. */
export interface StepEvent {
  readonly type: TripEventType;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * changed: the trip afterwards, and its event. repeated: the same actor has done this already: success without effect.
 * refused: with the code and the reason.
 */
export type TripStep =
  | { readonly outcome: 'changed'; readonly trip: TripCore; readonly event: StepEvent }
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly reason: string };

const repeated: TripStep = { outcome: 'repeated' };

function refused(code: ErrorCode, reason: string): TripStep {
  return { outcome: 'refused', code, reason };
}

function illegal(trip: TripCore, transition: TripTransition): TripStep {
  return refused('ILLEGAL_TRANSITION', `${transition.type} is not possible in ${trip.state.name}`);
}

function changed(
  trip: TripCore,
  state: TripState,
  event: StepEvent,
  offers: readonly TripOffer[] = trip.offers,
): TripStep {
  const open = isOpen(state);
  const kept = open ? trip : withoutSilence(trip);
  return { outcome: 'changed', trip: { ...kept, state, open, offers }, event };
}

/** The trip without its driver. */
function unassigned(trip: TripCore): TripCore {
  const { driverId: _driver, slot: _slot, ...rest } = withoutSilence(trip);
  return rest;
}

function withoutSilence(trip: TripCore): TripCore {
  const { heardAt: _heardAt, silence: _silence, ...rest } = trip;
  return rest;
}

function endOffer(offer: TripOffer, state: TripOffer['state'], at: number): TripOffer {
  return { ...offer, state, endedAt: at };
}

/** Ends every open offer except `except` as revoked. */
function revokeOthers(trip: TripCore, at: number, except?: string): TripOffer[] {
  return trip.offers.map((offer) =>
    offer.state === 'open' && offer.offerId !== except ? endOffer(offer, 'revoked', at) : offer,
  );
}

/** Applies `transition` to `trip`; pure. */
export function next(trip: TripCore, transition: TripTransition): TripStep {
  switch (transition.type) {
    case 'release':
      return release(trip, transition);
    case 'offer':
      return offer(trip, transition);
    case 'decline':
    case 'expire':
      return endOneOffer(trip, transition);
    case 'accept':
      return accept(trip, transition);
    case 'give_up':
      return giveUp(trip, transition);
    case 'promote':
      return promote(trip, transition);
    case 'arrive':
    case 'start':
    case 'pause':
    case 'resume':
    case 'stop_reached':
    case 'complete':
    case 'no_show':
    case 'driver_cancel':
      return driverStep(trip, transition);
    case 'cancel':
      return cancel(trip, transition);
    case 'reassign':
      return reassign(trip, transition);
    case 'driver_silent':
      return driverSilent(trip, transition);
    case 'driver_heard':
      return driverHeard(trip, transition);
    case 'review_fare':
      return reviewFare(trip, transition);
    case 'finish_import':
      return finishImport(trip, transition);
    case 'fail':
      return fail(trip, transition);
    default:
      return unreachable(transition);
  }
}

type Of<Type extends TripTransition['type']> = Extract<TripTransition, { type: Type }>;

function release(trip: TripCore, transition: Of<'release'>): TripStep {
  if (trip.state.name !== 'scheduled') return illegal(trip, transition);
  return changed(
    trip,
    { name: 'searching', since: transition.at },
    { type: 'released', actor: 'system', data: {} },
  );
}

/** In `searching` the only open offer; in `offered` one more of a fan-out. */
function offer(trip: TripCore, transition: Of<'offer'>): TripStep {
  const { state, offers } = trip;
  if (state.name !== 'searching' && state.name !== 'offered') return illegal(trip, transition);
  const { offer: made, at } = transition;
  const open = openOffers(trip);
  if (made.attempt !== offers.length + 1 || offers.length >= TRIP_RULES.mostOffers)
    return illegal(trip, transition);
  if (open.length >= (isFanOut(trip, at) ? TRIP_RULES.fanOutOffers : 1)) return illegal(trip, transition);
  if (barredDrivers(trip).has(made.driverId) || open.some(({ driverId }) => driverId === made.driverId))
    return illegal(trip, transition);
  return changed(
    trip,
    { name: 'offered', since: state.since },
    { type: 'offered', actor: 'system', data: { attempt: made.attempt } },
    [...offers, { ...made, state: 'open' }],
  );
}

/** Whether the trip is now offered to several drivers at once. */
export function isFanOut(trip: TripCore, at: number): boolean {
  const { state, offers } = trip;
  if (state.name !== 'searching' && state.name !== 'offered') return false;
  const since = state.since;
  const unsuccessful = offers.filter(
    ({ state: end, offeredAt }) =>
      offeredAt >= since && (end === 'declined' || end === 'expired' || end === 'undelivered'),
  );
  return unsuccessful.length >= TRIP_RULES.fanOutAfterOffers || at - since >= TRIP_RULES.fanOutAfterMs;
}

function endOneOffer(trip: TripCore, transition: Of<'decline' | 'expire'>): TripStep {
  const found = trip.offers.find(({ offerId }) => offerId === transition.offerId);
  if (!found || (transition.type === 'decline' && found.driverId !== transition.driverId))
    return refused('NOT_FOUND', 'no such offer');
  const end = transition.type === 'decline' ? 'declined' : transition.delivered ? 'expired' : 'undelivered';
  if (found.state !== 'open') {
    const same = transition.type === 'expire' || found.state === 'declined';
    return same ? repeated : refused('GONE', `the offer is ${found.state}`);
  }
  if (transition.type === 'expire' && transition.at < found.expiresAt + TRIP_RULES.offerGraceMs)
    return illegal(trip, transition);
  if (trip.state.name !== 'offered') return illegal(trip, transition);
  const offers = trip.offers.map((one) => (one === found ? endOffer(one, end, transition.at) : one));
  const stillOpen = offers.some(({ state }) => state === 'open');
  return changed(
    trip,
    { name: stillOpen ? 'offered' : 'searching', since: trip.state.since },
    {
      type: transition.type === 'decline' ? 'declined' : 'lapsed',
      actor: transition.type === 'decline' ? 'driver' : 'system',
      data: { attempt: found.attempt },
    },
    offers,
  );
}

function accept(trip: TripCore, transition: Of<'accept'>): TripStep {
  const { driverId, at } = transition;
  const found = trip.offers.find(({ offerId }) => offerId === transition.offerId);
  if (!found || found.driverId !== driverId) return refused('NOT_FOUND', 'no such offer');
  if (found.state === 'accepted' && trip.driverId === driverId) return repeated;
  if (found.state !== 'open') return refused('GONE', `the offer is ${found.state}`);
  if (at >= found.expiresAt + TRIP_RULES.offerGraceMs) return refused('GONE', 'the offer has expired');
  if (trip.state.name !== 'offered') return illegal(trip, transition);
  const offers = revokeOthers(trip, at, found.offerId).map((one) =>
    one.offerId === found.offerId ? endOffer(one, 'accepted', at) : one,
  );
  return changed(
    { ...trip, driverId, slot: found.slot },
    { name: 'accepted', acceptedAt: at },
    { type: 'accepted', actor: 'driver', data: { driverId, slot: found.slot, attempt: found.attempt } },
    offers,
  );
}

function giveUp(trip: TripCore, transition: Of<'give_up'>): TripStep {
  const { state } = trip;
  if (state.name === 'no_drivers') return repeated;
  if (state.name !== 'searching' || transition.at - state.since < transition.budgetMs)
    return illegal(trip, transition);
  return changed(
    trip,
    { name: 'no_drivers', endedAt: transition.at },
    { type: 'no_drivers', actor: 'system', data: {} },
  );
}

function promote(trip: TripCore, transition: Of<'promote'>): TripStep {
  if (!trip.open || trip.driverId === undefined || trip.slot === undefined) return illegal(trip, transition);
  if (trip.slot === 'active') return repeated;
  // The time on the way begins now: until then the driver was on another ride.
  const state: TripState =
    trip.state.name === 'accepted' ? { name: 'accepted', acceptedAt: transition.at } : trip.state;
  return changed({ ...trip, slot: 'active' }, state, { type: 'promoted', actor: 'system', data: {} });
}

type DriverTransition = Of<
  'arrive' | 'start' | 'pause' | 'resume' | 'stop_reached' | 'complete' | 'no_show' | 'driver_cancel'
>;

/** Actions of the assigned driver. For any other driver the trip does not exist. */
function driverStep(trip: TripCore, transition: DriverTransition): TripStep {
  if (trip.driverId === transition.driverId) return ownDriverStep(heardFrom(trip, transition), transition);
  const hadIt = trip.offers.some(
    ({ driverId, state }) => driverId === transition.driverId && state === 'accepted',
  );
  if (!hadIt) return refused('NOT_FOUND', 'no such trip');
  // A phone that was offline sends its queued commands: the driver may have cancelled the trip or lost it by then.
  return transition.type === 'driver_cancel'
    ? repeated
    : refused('ILLEGAL_TRANSITION', 'the trip is no longer assigned to this driver');
}

/** A command is a sign of life. */
function heardFrom(trip: TripCore, { at, receivedAt }: DriverTransition): TripCore {
  return { ...withoutSilence(trip), heardAt: receivedAt ?? at };
}

function ownDriverStep(trip: TripCore, transition: DriverTransition): TripStep {
  const { state } = trip;
  const { at } = transition;
  const by = (type: TripEventType, data: Record<string, unknown> = {}): StepEvent => ({
    type,
    actor: 'driver',
    data,
  });
  switch (transition.type) {
    case 'arrive':
      return arrive(trip, transition);
    case 'start':
      if (state.name === 'in_progress') return repeated;
      if (state.name !== 'arrived') return illegal(trip, transition);
      return changed(trip, { name: 'in_progress', startedAt: at, stopsDone: 0 }, by('started'));
    case 'pause':
    case 'stop_reached':
      return stop(trip, transition);
    case 'resume': {
      if (state.name === 'in_progress') return repeated;
      if (state.name !== 'at_stop') return illegal(trip, transition);
      const { startedAt, stopsDone } = state;
      return changed(trip, { name: 'in_progress', startedAt, stopsDone }, by('resumed'));
    }
    case 'complete': {
      if (state.name === 'completed') return repeated;
      if (state.name !== 'in_progress' && state.name !== 'at_stop') return illegal(trip, transition);
      const { startedAt } = state;
      return changed(
        trip,
        { name: 'completed', startedAt, completedAt: Math.max(startedAt, at) },
        by('completed'),
      );
    }
    case 'no_show':
      if (state.name === 'no_show') return repeated;
      if (state.name !== 'arrived') return illegal(trip, transition);
      // By both clocks: a phone can report an arrival of long ago and the no-show in the same second.
      if (Math.min(at - state.arrivedAt, waitedMs(state, transition)) < TRIP_RULES.noShowAfterMs)
        return refused('ILLEGAL_TRANSITION', 'the waiting time for the rider is not over');
      return changed(trip, { name: 'no_show', endedAt: at }, by('no_show'));
    case 'driver_cancel':
      if (state.name !== 'accepted' && state.name !== 'arrived') return illegal(trip, transition);
      return searchAgain(trip, at, by('driver_cancelled', reasonData(transition.reason)));
    default:
      return unreachable(transition);
  }
}

/** How long the server has known that the driver waits. */
function waitedMs({ arrivedAt, reportedAt }: Arrived, { at, receivedAt }: DriverTransition): number {
  return (receivedAt ?? at) - (reportedAt ?? arrivedAt);
}

function reasonData(reason: string | null | undefined): Record<string, unknown> {
  return reason === null || reason === undefined ? {} : { reason };
}

function arrive(trip: TripCore, transition: Of<'arrive'>): TripStep {
  const { state } = trip;
  if (state.name === 'arrived') return repeated;
  if (state.name !== 'accepted' || trip.slot !== 'active') return illegal(trip, transition);
  const { metresFromPickup, at } = transition;
  if (metresFromPickup !== null && metresFromPickup > TRIP_RULES.arrivedWithinMetres)
    return refused('ILLEGAL_TRANSITION', 'the driver is not at the pick-up');
  return changed(
    trip,
    { name: 'arrived', acceptedAt: state.acceptedAt, arrivedAt: at, reportedAt: transition.receivedAt ?? at },
    { type: 'arrived', actor: 'driver', data: { seen: metresFromPickup !== null } },
  );
}

function stop(trip: TripCore, transition: Of<'pause' | 'stop_reached'>): TripStep {
  const { state } = trip;
  const planned = transition.type === 'stop_reached';
  if (state.name === 'at_stop') return state.planned === planned ? repeated : illegal(trip, transition);
  if (state.name !== 'in_progress') return illegal(trip, transition);
  if (planned && state.stopsDone >= trip.stops.length)
    return refused('ILLEGAL_TRANSITION', 'the trip has no further stop');
  const pauses = trip.pauses ?? 0;
  if (!planned && pauses >= TRIP_RULES.mostPauses)
    return refused('ILLEGAL_TRANSITION', 'the trip was paused as often as it may be');
  const stopsDone = state.stopsDone + (planned ? 1 : 0);
  return changed(
    planned ? trip : { ...trip, pauses: pauses + 1 },
    { name: 'at_stop', startedAt: state.startedAt, stopsDone, stoppedAt: transition.at, planned },
    { type: planned ? 'stop_reached' : 'paused', actor: 'driver', data: planned ? { stop: stopsDone } : {} },
  );
}

/** Unassigns the driver and searches again; the trip keeps its age and the driver is barred. After too many reallocations it ends. */
function searchAgain(trip: TripCore, at: number, event: StepEvent): TripStep {
  const reallocations = trip.reallocations + 1;
  const free = { ...unassigned(trip), reallocations };
  if (reallocations > TRIP_RULES.mostReallocations) {
    return changed(
      free,
      { name: 'no_drivers', endedAt: at },
      { ...event, type: 'no_drivers', data: { ...event.data, after: event.type } },
    );
  }
  return changed(free, { name: 'searching', since: at }, event);
}

function cancel(trip: TripCore, transition: Of<'cancel'>): TripStep {
  const { state } = trip;
  const { by, reason, at } = transition;
  switch (state.name) {
    case 'cancelled':
      return state.by === by ? repeated : illegal(trip, transition);
    case 'in_progress':
    case 'at_stop':
      // A rider on board cannot cancel, only ask the driver to be dropped off; support can cancel.
      if (by === 'rider') return endByRider(trip, transition);
      break;
    case 'completed':
    case 'no_show':
    case 'no_drivers':
    case 'failed':
      return illegal(trip, transition);
    case 'scheduled':
    case 'searching':
    case 'offered':
    case 'accepted':
    case 'arrived':
      break;
    default:
      return unreachable(state);
  }
  return changed(
    trip,
    { name: 'cancelled', by, reason, cancelledAt: at },
    { type: 'cancelled', actor: by, data: reasonData(reason) },
    revokeOthers(trip, at),
  );
}

/** A rider ends the ride themself once the driver's phone has been silent for long: nobody else would. */
function endByRider(trip: TripCore, transition: Of<'cancel'>): TripStep {
  const { silence, state } = trip;
  if (!silence?.riderMayEnd || (state.name !== 'in_progress' && state.name !== 'at_stop'))
    return illegal(trip, transition);
  const reason = transition.reason ?? 'driver_silent';
  const review = { reason: 'driver_silent', heardAt: silence.since } as const;
  return changed(
    trip,
    {
      name: 'cancelled',
      by: 'rider',
      reason,
      cancelledAt: transition.at,
      startedAt: state.startedAt,
      review,
    },
    { type: 'cancelled', actor: 'rider', data: { reason } },
  );
}

function driverSilent(trip: TripCore, transition: Of<'driver_silent'>): TripStep {
  const { at, times } = transition;
  const heardAt = lastHeardAt(trip);
  const step = silenceStep(trip, at, times);
  if (step === null || heardAt === null) return illegal(trip, transition);
  switch (step) {
    case 'raise':
    case 'let_rider_end': {
      const riderMayEnd = step === 'let_rider_end';
      const silences = (trip.silences ?? 0) + (riderMayEnd ? 0 : 1);
      return changed(
        { ...trip, silences, silence: { since: heardAt, steppedAt: at, riderMayEnd } },
        trip.state,
        { type: 'driver_silent', actor: 'system', data: { since: heardAt, riderMayEnd } },
      );
    }
    case 'reassign':
      return searchAgain(trip, at, {
        type: 'reassigned',
        actor: 'system',
        data: { reason: 'driver_silent' },
      });
    case 'end':
      return endSilentRide(trip, transition, heardAt);
    default:
      return unreachable(step);
  }
}

/** Nobody has ended the ride: it counts as completed, and a person decides its fare. */
function endSilentRide(trip: TripCore, transition: Of<'driver_silent'>, heardAt: number): TripStep {
  const { state } = trip;
  if (state.name !== 'in_progress' && state.name !== 'at_stop') return illegal(trip, transition);
  const { startedAt } = state;
  const completedAt = Math.max(startedAt, transition.at);
  return changed(
    trip,
    { name: 'completed', startedAt, completedAt, review: { reason: 'driver_silent', heardAt } },
    { type: 'completed', actor: 'system', data: { reason: 'driver_silent' } },
  );
}

function driverHeard(trip: TripCore, transition: Of<'driver_heard'>): TripStep {
  if (lastHeardAt(trip) === null) return illegal(trip, transition);
  if (trip.silence === undefined) return repeated;
  if (transition.heardAt <= trip.silence.since || (trip.silences ?? 0) >= TRIP_RULES.mostSilences)
    return illegal(trip, transition);
  return changed({ ...withoutSilence(trip), heardAt: transition.heardAt }, trip.state, {
    type: 'driver_heard',
    actor: 'system',
    data: {},
  });
}

/** The operator's reason is in the audit log only: the rider receives the event's data. */
function reviewFare(trip: TripCore, transition: Of<'review_fare'>): TripStep {
  const { state } = trip;
  if ((state.name !== 'completed' && state.name !== 'cancelled') || state.review === undefined)
    return illegal(trip, transition);
  if (state.review.resolvedAt !== undefined) return repeated;
  return changed(
    trip,
    { ...state, review: { ...state.review, resolvedAt: transition.at } },
    { type: 'fare_reviewed', actor: 'operator', data: {} },
  );
}

function reassign(trip: TripCore, transition: Of<'reassign'>): TripStep {
  const { state } = trip;
  if (state.name !== 'accepted' && state.name !== 'arrived') return illegal(trip, transition);
  const { at, by, reason } = transition;
  return searchAgain(trip, at, { type: 'reassigned', actor: by, data: { reason } });
}

/** Development only: completes an imported trip. */
function finishImport(trip: TripCore, transition: Of<'finish_import'>): TripStep {
  const { state } = trip;
  if (state.name === 'completed') return repeated;
  if (state.name !== 'in_progress') return illegal(trip, transition);
  const { startedAt } = state;
  return changed(
    trip,
    { name: 'completed', startedAt, completedAt: Math.max(startedAt, transition.at) },
    { type: 'completed', actor: 'system', data: {} },
  );
}

function fail(trip: TripCore, transition: Of<'fail'>): TripStep {
  if (trip.state.name === 'failed') return repeated;
  if (endedAt(trip.state) !== null) return illegal(trip, transition);
  return changed(
    trip,
    { name: 'failed', reason: transition.reason, endedAt: transition.at },
    { type: 'failed', actor: 'system', data: { reason: transition.reason } },
    revokeOthers(trip, transition.at),
  );
}
