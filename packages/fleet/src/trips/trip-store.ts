import { createHash } from 'node:crypto';
import {
  CodedError,
  type CommandId,
  type RegionId,
  type TripEvent,
  type TripId,
  type TripStatus,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { tripHints } from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import { mongoStoredTrips, type StoredTrips, type WriteRefusal } from './stored-trips.ts';
import { stateName, type TripCore } from './trip.ts';
import type { CommandOutcome, StoredTrip } from './trip-collection.ts';
import { next, type StepEvent, type TripTransition } from './trip-transition.ts';

/** Where transitions are written and told on. */
export interface TripStore {
  readonly trips: StoredTrips;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Domain ms. */
  readonly searchBudgetMs: number;
  /** Says that a trip has changed. Only a hint: what it says is in the trip's outbox, and the sweeper looks there too. Never rejects. */
  hint(trip: Pick<StoredTrip, '_id' | 'tier'>, version: number): Promise<void>;
}

/** The relay has this long to tell an event before the sweeper does, wall ms. */
export const RELAY_GRACE_MS = 2000;
const HINTS_KEPT = 10_000;
/** Other writes of the same trip that one command gives way to; each of them was somebody's progress. */
const ATTEMPTS = 8;

/** The store of a process: trips in Mongo, hints in Redis. */
export function createTripStore(options: {
  db: Database;
  state: RedisClient;
  region: RegionId;
  clock: Clock;
  searchBudgetMs: number;
  /** The hint did not get out: the sweeper tells it instead, some seconds later. */
  onHintLost: (error: Error) => void;
}): TripStore {
  const { db, state, region, clock, searchBudgetMs, onHintLost } = options;
  return {
    trips: mongoStoredTrips(db, region),
    region,
    clock,
    searchBudgetMs,
    async hint({ _id, tier }, version) {
      const fields = ['tripId', _id, 'version', version, 'tier', tier];
      try {
        await state.xadd(tripHints(region), 'MAXLEN', '~', HINTS_KEPT, '*', ...fields);
      } catch (error) {
        onHintLost(error as Error);
      }
    },
  };
}

export function tripStatusOf(trip: Pick<StoredTrip, '_id' | 'state' | 'version'>): TripStatus {
  return { tripId: trip._id, state: stateName(trip.state), version: trip.version };
}

export function eventOf(
  tripId: TripId,
  version: number,
  trip: Pick<TripCore, 'state'>,
  event: StepEvent,
  at: number,
): TripEvent {
  const { type, actor, data } = event;
  return {
    tripId,
    version,
    type,
    state: stateName(trip.state),
    at: Math.round(at),
    actor,
    data: { ...data },
  };
}

/** A command of somebody's phone: its id, and what it asked for, so that a replay is known and a reused id is found out. */
export interface CommandKey {
  readonly commandId: CommandId;
  readonly body: unknown;
}

function hashOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url');
}

/** How a transition came out. `standing`: what its sender is told, for a repeat what it was told first. `trip`: as it stands now. */
export interface Applied {
  readonly trip: StoredTrip;
  readonly status: TripStatus;
  readonly changed: boolean;
}

/** The write was refused by a unique index: the driver, or the rider, is on another trip. */
export class PlaceTaken extends Error {
  readonly who: Exclude<WriteRefusal, 'conflict'>;
  readonly trip: StoredTrip;
  constructor(who: Exclude<WriteRefusal, 'conflict'>, trip: StoredTrip) {
    super(who);
    this.name = 'PlaceTaken';
    this.who = who;
    this.trip = trip;
  }

  /** As a caller is told. */
  toConflict(): CodedError {
    const who = this.who === 'rider_busy' ? 'rider' : 'driver';
    return new CodedError('CONFLICT', `the ${who} is on another trip`, { cause: this });
  }
}

/**
 * Applies one transition to a trip: read, step, conditional write; again when another write came between. Exactly once in effect by
 * `command`, if there is one. `choose` is asked on every reading; null leaves the trip as it is. `known`: a reading that the caller has
 * already; when it is old, the write finds out.
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · GONE · KEY_REUSED · CONFLICT with the version, after too many other writes
 * @throws PlaceTaken
 */
export async function applyToTrip(
  tripStore: TripStore,
  tripId: TripId,
  choose: (trip: StoredTrip) => TripTransition | null,
  command?: CommandKey,
  known?: StoredTrip,
): Promise<Applied> {
  let version: number | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const trip = attempt === 0 && known ? known : await tripStore.trips.find(tripId);
    if (trip === null) throw new CodedError('NOT_FOUND', 'no such trip');
    version = trip.version;
    const status = command && statusBefore(trip, command);
    if (status) return { trip, status, changed: false };
    const transition = choose(trip);
    if (transition === null) return { trip, status: tripStatusOf(trip), changed: false };
    const applied = await write(tripStore, trip, transition, command);
    if (applied !== null) return applied;
  }
  throw new CodedError('CONFLICT', 'the trip changes too fast', version === undefined ? {} : { version });
}

/** What this command did when it came first: a replay is answered as it was then. */
function statusBefore(trip: StoredTrip, { commandId, body }: CommandKey): TripStatus | null {
  const known = trip.commandIds.find((outcome) => outcome.commandId === commandId);
  if (!known) return null;
  if (known.body !== hashOf(body)) throw new CodedError('KEY_REUSED');
  return { tripId: trip._id, state: known.state, version: known.version };
}

/** @returns null when another write was faster */
async function write(
  tripStore: TripStore,
  trip: StoredTrip,
  transition: TripTransition,
  command: CommandKey | undefined,
): Promise<Applied | null> {
  const step = next(trip, transition);
  if (step.outcome === 'repeated') return { trip, status: tripStatusOf(trip), changed: false };
  if (step.outcome === 'refused') throw new CodedError(step.code, step.reason, { version: trip.version });
  const version = trip.version + 1;
  const event = eventOf(trip._id, version, step.trip, step.event, transition.at);
  const outcome: CommandOutcome | null = command
    ? { commandId: command.commandId, body: hashOf(command.body), state: event.state, version }
    : null;
  const written = await tripStore.trips.compareAndSet(trip, {
    trip: step.trip,
    event,
    ...(outcome ? { command: outcome } : {}),
    nextCheckAt: new Date(tripStore.clock.wallMs() + RELAY_GRACE_MS),
  });
  if (written === 'conflict') return null;
  if (written !== 'written') throw new PlaceTaken(written, trip);
  await tripStore.hint(trip, version);
  const { driverId: _driver, slot: _slot, ...rest } = trip;
  const after: StoredTrip = { ...rest, ...step.trip, version, events: [...trip.events, event] };
  return { trip: after, status: tripStatusOf(after), changed: true };
}
